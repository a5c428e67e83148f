//! How a launch ends, as a number and a word.

use std::ffi::OsString;
use std::io::ErrorKind;

use event::show::brief;
use sandbox::launch::Ended;

/// The code that a shell would give: the program's own, 126 if it cannot be run, 127 if it is not there.
pub fn code(ended: &Ended, program: &[OsString]) -> u8 {
    let Some(error) = ended.not_run else { return ended.code };
    let name = program.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    let error = std::io::Error::from_raw_os_error(error);
    crate::say!("error: cannot run `{}`: {error}", brief(&name, 200));
    crate::say!("hint: it runs inside the plan; `chaperone run --show-plan` says what is there");
    if error.kind() == ErrorKind::NotFound { 127 } else { 126 }
}
