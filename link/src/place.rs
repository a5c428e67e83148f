//! Where the socket is, and who may reach it.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// A place for the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The socket's file.
    pub path: PathBuf,
    /// Everybody may connect: the daemon is the system's, and looks who it is. Else its own account alone.
    pub everybody: bool,
}

/// Name of the socket.
const NAME: &str = "link.sock";
/// Longest name of a socket that the kernel takes.
const LONGEST: usize = 107;

/// Why a socket could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Another one answers there.
    #[error("another chaperone answers at {0}")]
    Taken(PathBuf),
    /// The name is too long for the kernel.
    #[error("{0} is too long for the name of a socket\nhint: set `guard.socket` to a shorter one")]
    TooLong(PathBuf),
    /// The system refused.
    #[error("cannot listen at {0}: {1}")]
    Io(PathBuf, io::Error),
}

impl Place {
    /// The system's own, for a daemon of root.
    pub fn of_system() -> Self {
        Self { path: Path::new("/run/chaperone").join(NAME), everybody: true }
    }

    /// That of one's own daemon: below the runtime directory of the login, where there is one, else beside the record.
    pub fn of_account(runtime: Option<&Path>, data_dir: &Path) -> Self {
        let below = |runtime: &Path| runtime.join("chaperone");
        let folder = runtime.filter(|it| it.is_absolute()).map_or(data_dir.to_owned(), below);
        Self { path: folder.join(NAME), everybody: false }
    }

    /// Listens there. What a daemon that is gone left behind is taken away; one that answers stays.
    pub fn listen(&self) -> Result<UnixListener, PlaceError> {
        let path = &self.path;
        let refused = |error| PlaceError::Io(path.clone(), error);
        if path.as_os_str().len() > LONGEST {
            return Err(PlaceError::TooLong(path.clone()));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            let mode = if self.everybody { 0o755 } else { 0o700 };
            fs::DirBuilder::new().recursive(true).mode(mode).create(folder).map_err(refused)?;
            // A service makes what it makes for itself alone.
            fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(refused)?;
        }
        if UnixStream::connect(path).is_ok() {
            return Err(PlaceError::Taken(path.clone()));
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(refused)?;
        let mode = if self.everybody { 0o666 } else { 0o600 };
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(refused)?;
        Ok(listener)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_by_who_serves() {
        let check = |runtime: Option<&str>, expect: &str| {
            let place = Place::of_account(runtime.map(Path::new), Path::new("/d"));
            assert_eq!((place.path.as_path(), place.everybody), (Path::new(expect), false));
        };
        check(Some("/run/user/7"), "/run/user/7/chaperone/link.sock");
        check(Some("not/absolute"), "/d/link.sock");
        check(None, "/d/link.sock");
        assert!(Place::of_system().everybody);
    }

    #[test]
    fn what_is_left_behind_is_replaced_and_who_answers_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        for (everybody, mode) in [(false, 0o600), (true, 0o666)] {
            let place = Place { path: dir.path().join("deep/link.sock"), everybody };
            let first = place.listen().expect("free");
            assert!(matches!(place.listen(), Err(PlaceError::Taken(_))));
            drop(first);
            let _again = place.listen().expect("nobody answers");
            let found = fs::metadata(&place.path).expect("there").permissions().mode() & 0o777;
            assert_eq!(found, mode);
        }
        let long = Place { path: dir.path().join("x".repeat(120)), everybody: false };
        assert!(matches!(long.listen(), Err(PlaceError::TooLong(_))));
    }
}
