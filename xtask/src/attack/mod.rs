//! `cargo xtask attack`: what an enemy or bad luck does to the daemon, each as a check that can be
//! repeated; a table says how it stood. Nothing waits by time: each check waits for what it expects,
//! and fails when that does not come.

pub(crate) mod daemon;
mod death;
mod evasion;
mod ground;
mod hands;
mod host;
mod storage;
mod text;

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use ground::Ground;

/// One attack.
struct Attack {
    name: &'static str,
    /// What must hold.
    holds: &'static str,
    /// Says what was seen.
    run: fn(&Ground) -> Result<String>,
}

const ATTACKS: &[Attack] = &[
    Attack {
        name: "kill-in-flood",
        holds: "kill -9 loses nothing a reader had seen, and the gap is told",
        run: storage::kill_in_flood,
    },
    Attack {
        name: "disk-full",
        holds: "it sheds with a loss record, and records again once there is space",
        run: storage::disk_full,
    },
    Attack {
        name: "directory-gone",
        holds: "a removed data directory ends it with a word, and the next start records",
        run: storage::directory_gone,
    },
    Attack {
        name: "state-corrupt",
        holds: "a state that cannot be read costs no record",
        run: storage::state_corrupt,
    },
    Attack {
        name: "segment-corrupt",
        holds: "damage in the middle costs the damaged frame, and is told",
        run: storage::segment_corrupt,
    },
    Attack {
        name: "journal-open-to-all",
        holds: "a record that others can write is warned of",
        run: storage::open_to_all,
    },
    Attack {
        name: "not-root",
        holds: "it says what it cannot do, and does the rest",
        run: host::not_root,
    },
    Attack {
        name: "one-directory-twice",
        holds: "the second is refused, the first goes on",
        run: host::one_directory_twice,
    },
    Attack { name: "two-directories", holds: "both see the same act", run: host::two_directories },
    Attack {
        name: "hostile-text",
        holds: "no name reaches a terminal as anything but text",
        run: text::hostile,
    },
    Attack {
        name: "renamed",
        holds: "an agent that renames itself is still the agent",
        run: evasion::renamed,
    },
    Attack {
        name: "double-fork",
        holds: "a daemonised child is still the agent's",
        run: evasion::double_fork,
    },
    Attack {
        name: "memfd",
        holds: "a program from memory is the agent's, and marked",
        run: evasion::memfd,
    },
    Attack {
        name: "self-exe",
        holds: "/proc/self/exe is the program behind it",
        run: evasion::self_exe,
    },
    Attack { name: "loader", holds: "a program run by ld.so is the agent's", run: evasion::loader },
    Attack { name: "copied", holds: "a copied tool is the agent's", run: evasion::copied },
    Attack {
        name: "stripped",
        holds: "without environment and descriptors it is still the agent's",
        run: evasion::stripped,
    },
    Attack {
        name: "many-children",
        holds: "of 10,000 quick children none is lost uncounted",
        run: evasion::many_children,
    },
    Attack {
        name: "hidden-in-flood",
        holds: "one read in a flood of opens is recorded",
        run: evasion::hidden_in_flood,
    },
    Attack {
        name: "trapped-facts",
        holds: "a FIFO where a package file is looked for holds nobody",
        run: evasion::trapped_facts,
    },
    Attack {
        name: "own-files-deleted",
        holds: "an agent that deletes the record is found out",
        run: evasion::own_files_deleted,
    },
    Attack {
        name: "killed-by-agent",
        holds: "what it refused stays refused, the next start holds the session on, and names the killer",
        run: death::killed_by_agent,
    },
    Attack {
        name: "hung",
        holds: "a daemon that stands still refuses on, and `status` says since when",
        run: death::hung,
    },
    Attack {
        name: "restarted",
        holds: "between a stop for a restart and the next start nothing is let go",
        run: death::restarted,
    },
    Attack {
        name: "ended-by-agent",
        holds: "an agent that ends the daemon as a person would opens nothing",
        run: death::ended_by_agent,
    },
    Attack {
        name: "hands-on",
        holds: "what an agent does to Chaperone is refused to other accounts, and found if root does it",
        run: hands::laid_on,
    },
    Attack {
        name: "never-came-back",
        holds: "`disarm` ends what outlives the daemon, also where nobody answers",
        run: death::never_came_back,
    },
    Attack {
        name: "daemon-signalled",
        holds: "a signal to the daemon is recorded before it ends",
        run: evasion::daemon_signalled,
    },
];

/// Runs the attacks named, or all; true if every one was withstood.
pub fn run(chaperone: &Path, only: &[String]) -> Result<bool> {
    let (mut stood, mut fell) = (0, 0);
    for attack in
        ATTACKS.iter().filter(|one| only.is_empty() || only.iter().any(|name| name == one.name))
    {
        let began = Instant::now();
        let ground = Ground::new(chaperone, attack.name)?;
        let outcome = (attack.run)(&ground);
        let took = began.elapsed().as_secs_f32();
        match outcome {
            Ok(seen) => {
                println!("{:<20} ok     {took:>5.1} s  {seen}", attack.name);
                ground.remove()?;
                stood += 1;
            }
            Err(error) => {
                println!("{:<20} FAILED {took:>5.1} s  {}: {error:#}", attack.name, attack.holds);
                fell += 1;
            }
        }
    }
    println!("attack: {stood} withstood, {fell} failed");
    Ok(fell == 0)
}
