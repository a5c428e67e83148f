//! How a launch ends, as a number and a word.

use std::ffi::OsString;

use event::show::brief;
use sandbox::launch::Ended;

/// The code that a shell would give: the program's own, 126 if it cannot be run, 127 if it is not there.
pub fn code(ended: Ended, program: &[OsString]) -> u8 {
    match ended {
        Ended::Code(code) => code,
        Ended::NotRun(error) => {
            let name = program.first().map(|name| name.to_string_lossy().into_owned());
            let error = std::io::Error::from_raw_os_error(error);
            let name = name.unwrap_or_default();
            crate::say!("error: cannot run `{}`: {error}", brief(&name, 200));
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            crate::say!("hint: it runs inside the plan; `chaperone run --show-plan` says what is there");
            if missing { 127 } else { 126 }
        }
    }
}
