//! What covering and restoring cost: `cargo run --release -p shadow --example cost -- FOLDER FILES`. Files of a source
//! tree's sizes (1 to 31 KiB) are made in FOLDER, covered, looked at again, deleted, and put back.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shadow::{Force, History, Keeper, Objects, Piece, Settings, restore};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().ok_or("a folder")?).canonicalize()?;
    let files: usize = words.next().ok_or("a number of files")?.parse()?;
    let (work, store) = (folder.join("work"), folder.join("store"));
    make(&work, files)?;
    // Files that were changed a moment ago are looked at a moment later.
    std::thread::sleep(Duration::from_millis(100));
    println!("{:<34} {:>8}", "what", "seconds");
    let settings = Settings { max_files: files, ..Settings::default() };
    let began = Instant::now();
    let mut keeper = cover(&store, &work, &settings)?;
    line("cover", began);
    let status = keeper.status();
    println!("  {} files, {} KiB of contents", status.files, status.bytes >> 10);
    println!(
        "  {} KiB of log, {} KiB resident",
        fs::metadata(store.join("log"))?.len() >> 10,
        resident()?
    );
    drop(keeper);
    let began = Instant::now();
    keeper = cover(&store, &work, &settings)?;
    line("start again, nothing changed", began);
    let began = Instant::now();
    fs::remove_dir_all(&work)?;
    fs::create_dir(&work)?;
    line("delete (not ours)", began);
    settle(&mut keeper)?;
    line("delete, and all of it noticed", began);
    let began = Instant::now();
    let history = History::read(&store)?;
    let pieces = history.below(&work).filter_map(|(path, versions)| {
        let here = versions.iter().rev().find_map(|version| version.here())?.clone();
        Some(Piece { path: path.to_owned(), here, until_unix_ns: None, names: Vec::new() })
    });
    let pieces: Vec<Piece> = pieces.collect();
    let done = restore(&Objects::of(&store), &pieces, Force::Never)?;
    line("restore, on the disk", began);
    println!(
        "  {} of {} are back",
        done.iter().filter(|it| matches!(it, shadow::Done::Restored(_))).count(),
        pieces.len()
    );
    Ok(())
}

fn make(work: &Path, files: usize) -> std::io::Result<()> {
    for number in 0..files {
        let folder = work.join(format!("{:02}/{:02}", number / 1000, number / 50 % 20));
        fs::create_dir_all(&folder)?;
        let text = format!("line {number} of a file\n").repeat(50 + number * 7919 % 1200);
        fs::write(folder.join(format!("{number}.rs")), text)?;
    }
    Ok(())
}

fn cover(store: &Path, work: &Path, settings: &Settings) -> Result<Keeper, Box<dyn Error>> {
    let mut keeper = Keeper::open(store, settings, Box::new(|_| None))?;
    keeper.cover(work);
    settle(&mut keeper)?;
    Ok(keeper)
}

fn settle(keeper: &mut Keeper) -> std::io::Result<()> {
    keeper.turn(Duration::ZERO)?;
    while !keeper.rests() {
        keeper.turn(Duration::from_millis(5))?;
    }
    Ok(())
}

fn line(what: &str, began: Instant) {
    println!("{what:<34} {:>8.2}", began.elapsed().as_secs_f64());
}

fn resident() -> std::io::Result<u64> {
    let text = fs::read_to_string("/proc/self/statm")?;
    let pages = text.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok());
    Ok(pages.unwrap_or(0) * 4)
}
