//! The file ends at every byte it can end at.

use event::{LossCause, Record};
use journal::{DataDir, Writer};

use super::{FRAMES, Written, home, lay, read, records, settings};

#[test]
fn cut_at_every_byte_whole_frames_stay_and_the_tail_is_counted() {
    let written = Written::new(12, 3, 21);
    let home = home();
    let dir = DataDir::claim(home.path()).unwrap();
    let after = super::Stream::new(99).take(3).collect::<Vec<_>>();
    for len in 0..=written.bytes.len() {
        lay(home.path(), &written.bytes[..len]);
        let mut expect: Vec<Record> = Vec::new();
        let mut torn = (len > FRAMES).then_some(0);
        for (begin, end, records) in written.spans() {
            if end <= len {
                expect.extend(records.iter().cloned());
            } else if begin <= len {
                // With a whole header the records are known, else it is at least one.
                let known = if len >= begin + 64 { records.len() as u64 } else { 1 };
                torn = (len > begin).then_some(known);
                break;
            }
        }
        let torn = torn.filter(|records| *records > 0);
        assert_eq!(records(read(home.path()).0), expect, "read before recovery, cut at {len}");

        let mut writer = Writer::open(&dir, &settings()).unwrap();
        writer.append(&after).unwrap();
        drop(writer);
        let (stored, damage) = read(home.path());
        assert_eq!(damage, journal::Damage::default(), "cut at {len}");
        let mut got = records(stored);
        assert_eq!(got.split_off(got.len() - after.len()), after, "cut at {len}");
        let loss = got.pop_if(|record| matches!(record, Record::Loss(_)));
        let loss = loss.map(|loss| match loss {
            Record::Loss(loss) => (loss.cause, loss.count),
            _ => panic!("not a loss"),
        });
        assert_eq!(loss, torn.map(|count| (LossCause::TornTail, count)), "cut at {len}");
        assert_eq!(got, expect, "read after recovery, cut at {len}");
    }
    println!("{} cuts", written.bytes.len() + 1);
}
