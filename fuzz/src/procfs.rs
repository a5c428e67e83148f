//! What procfs tells of a process, of which the process itself writes half.

use crate::fields::Fields;
use sensor::untrusted;

pub fn any(data: &[u8]) {
    let mut fields = Fields::new(data);
    match fields.byte() % 4 {
        0 => {
            let _ = untrusted::stat(fields.rest());
        }
        1 => {
            let _ = untrusted::owner(&String::from_utf8_lossy(fields.rest()));
        }
        2 => {
            let _ = untrusted::connection(&String::from_utf8_lossy(fields.rest()));
        }
        _ => {
            let block = fields.rest();
            let words = untrusted::words(block);
            assert!(words.iter().map(|word| word.len()).sum::<usize>() <= 4 * block.len());
        }
    }
}
