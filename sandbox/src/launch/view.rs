//! The files that a launch sees: copies of the host's mounts, restricted, put together under a new root.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use event::FileAccess;
use rustix::fs::{CWD, Mode, OFlags};
use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_change, unmount};

use super::devices::Devices;
use super::mounts::{self, NODEV, NOEXEC, NOSUID, RDONLY};
use super::places::{Place, Shows};
use super::{Instead, Layer};

/// All that makes a view.
pub struct View<'l> {
    /// What is seen where, parents first.
    pub places: &'l [Place],
    /// What is seen instead of what the host has.
    pub instead: &'l [Instead],
    /// Sockets of the host's services, which nobody inside may reach.
    pub sockets: &'l [PathBuf],
    /// Where the file stands that says who answers for names, and what it is to say.
    pub resolver: Option<(PathBuf, String)>,
    /// Folders that exist in a folder of the launch's own.
    pub folders: &'l [PathBuf],
    /// The folder that is worked on, and what is laid over it.
    pub layer: Option<(&'l Path, &'l Layer)>,
}

/// What failed, and why.
pub type Failed = (String, io::Error);

/// What is put somewhere.
struct Piece<'p> {
    place: &'p Place,
    mount: Option<OwnedFd>,
    folder: bool,
    /// What a copy holds.
    text: Vec<u8>,
}

impl View<'_> {
    /// Replaces the files that this process sees, in its own mount namespace, for ever.
    pub fn enter(&self) -> Result<(), Failed> {
        let of = |what: &'static str| move |error: io::Error| (what.to_owned(), error);
        mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
            .map_err(|error| ("a view of its own".to_owned(), error.into()))?;
        if let Some((workspace, layer)) = self.layer {
            lay(workspace, layer).map_err(of("the layer over the workspace"))?;
        }
        let old = mounts::root().map_err(of("/"))?;
        let mut pieces = self.pieces(&old)?;
        let devices = Devices::gather(&old);
        let scratch = Scratch::make(&old).map_err(of("a place to build in"))?;
        let root = self.base(&mut pieces, &scratch).map_err(of("/"))?;
        let mut closed = Vec::new();
        for index in 1..pieces.len() {
            let (done, rest) = pieces.split_at_mut(index);
            let Some(piece) = rest.first_mut() else { continue };
            let inner = self.places.iter().any(|other| {
                other.path != piece.place.path && other.path.starts_with(&piece.place.path)
            });
            let named = |error| (piece.place.path.display().to_string(), error);
            let target = target(&root, piece, done).map_err(named)?;
            let Some(target) = target else { continue };
            let mount = match piece.mount.take() {
                Some(mount) => mount,
                None => {
                    let (mount, open) = scratch.show(piece, inner).map_err(named)?;
                    if open {
                        closed.push(piece.place.path.clone());
                    }
                    mount
                }
            };
            mounts::put(&mount, &target).map_err(named)?;
            if piece.place.shows == Shows::Devices {
                devices.fill(&mount).map_err(named)?;
            }
        }
        self.finish(&root, &scratch, &closed)
    }

    /// What the host has is copied before anything is moved.
    fn pieces(&self, old: &OwnedFd) -> Result<Vec<Piece<'_>>, Failed> {
        let mut pieces = Vec::with_capacity(self.places.len());
        for place in self.places {
            let named = |error| (place.path.display().to_string(), error);
            let other = self
                .instead
                .iter()
                .find(|other| place.shows == Shows::Instead && other.at == place.path);
            let source = other.map_or(&place.path, |other| &other.shown);
            let there = match mounts::place(old, source) {
                Ok(there) => there,
                // The first is the root, and stands for itself.
                Err(_) if place.path != Path::new("/") => {
                    if place.shows == Shows::Own {
                        pieces.push(Piece { place, mount: None, folder: true, text: Vec::new() });
                    }
                    continue;
                }
                Err(error) => return Err(named(error)),
            };
            let folder = mounts::is_folder(&there).map_err(named)?;
            let mount = match place.shows {
                Shows::Host(access) => Some(host(&there, access, &place.path).map_err(named)?),
                Shows::Instead => Some(host(&there, FileAccess::Read, &place.path).map_err(named)?),
                Shows::Processes => Some(mounts::fresh(c"proc", &[]).map_err(named)?),
                Shows::Nothing | Shows::Own | Shows::Devices | Shows::Copy => None,
            };
            let text = match place.shows {
                Shows::Copy => std::fs::read(&place.path).map_err(named)?,
                _ => Vec::new(),
            };
            if let (Shows::Processes, Some(mount)) = (place.shows, &mount) {
                mounts::restrict(mount, RDONLY | NOSUID | NODEV | NOEXEC).map_err(named)?;
            }
            pieces.push(Piece { place, mount, folder, text });
        }
        Ok(pieces)
    }

    /// The new root, attached.
    fn base(&self, pieces: &mut [Piece<'_>], scratch: &Scratch) -> io::Result<OwnedFd> {
        let first = pieces.first_mut().and_then(|first| first.mount.take());
        let (root, links) = match first {
            Some(root) => (root, false),
            None => (mounts::fresh(c"tmpfs", &[("mode", "0755"), ("size", "1m")])?, true),
        };
        mounts::put(&root, scratch.open("root")?)?;
        if links {
            // `/bin` and its like.
            for entry in std::fs::read_dir("/")?.flatten() {
                if let Ok(to) = std::fs::read_link(entry.path()) {
                    rustix::fs::symlinkat(to, &root, entry.file_name())?;
                }
            }
        }
        Ok(root)
    }

    fn finish(&self, root: &OwnedFd, scratch: &Scratch, closed: &[PathBuf]) -> Result<(), Failed> {
        for folder in self.folders {
            make_folders(root, folder).map_err(|error| (folder.display().to_string(), error))?;
        }
        if let Some((path, text)) = &self.resolver {
            let named = |error| (path.display().to_string(), error);
            let file = scratch.file("resolver", text).map_err(named)?;
            if let Ok(target) = mounts::place(root, path).or_else(|_| make(root, path, false)) {
                mounts::put(&file, &target).map_err(named)?;
            }
        }
        for socket in self.sockets {
            let Ok(target) = mounts::place(root, socket) else { continue };
            let named = |error| (socket.display().to_string(), error);
            mounts::put(scratch.nothing(false).map_err(named)?, &target).map_err(named)?;
        }
        let named = |error: io::Error| ("/".to_owned(), error);
        for folder in closed {
            let mount = mounts::place(root, folder).map_err(named)?;
            mounts::restrict_one(mount, RDONLY).map_err(named)?;
        }
        if self.places.first().is_some_and(|root| root.shows == Shows::Nothing) {
            mounts::restrict_one(root, RDONLY).map_err(named)?;
        }
        turn(root).map_err(|error| ("the new root".to_owned(), error))
    }
}

/// A copy of what the host has there.
fn host(there: &OwnedFd, access: FileAccess, path: &Path) -> io::Result<OwnedFd> {
    let mount = mounts::copy(there)?;
    let devices = if path.starts_with("/dev") { 0 } else { NODEV };
    let less = match access {
        FileAccess::Hidden | FileAccess::Read => RDONLY | NOEXEC,
        FileAccess::Run => RDONLY,
        FileAccess::Change => 0,
    };
    mounts::restrict(&mount, less | devices | NOSUID)?;
    Ok(mount)
}

/// Where a piece goes; in a folder of ours the way there is made. Nowhere, if there is nothing to be hidden.
fn target(root: &OwnedFd, piece: &Piece<'_>, done: &[Piece<'_>]) -> io::Result<Option<OwnedFd>> {
    let path = &piece.place.path;
    if let Ok(target) = mounts::place(root, path) {
        return Ok(Some(target));
    }
    let around = done.iter().rev().find(|above| path.starts_with(&above.place.path));
    match around.map(|above| above.place.shows) {
        Some(Shows::Nothing | Shows::Own | Shows::Devices)
            if piece.place.shows != Shows::Nothing =>
        {
            make(root, path, piece.folder).map(Some)
        }
        _ => Ok(None),
    }
}

/// Makes a place to mount on, and the folders above it.
fn make(root: &OwnedFd, path: &Path, folder: bool) -> io::Result<OwnedFd> {
    if folder {
        make_folders(root, path)?;
    } else {
        let above = path.parent().unwrap_or(Path::new("/"));
        make_folders(root, above)?;
        let above = mounts::place(root, above)?;
        let name = path.file_name().unwrap_or_default();
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        rustix::fs::openat(above, name, flags, Mode::from_raw_mode(0o444))?;
    }
    mounts::place(root, path)
}

fn make_folders(root: &OwnedFd, path: &Path) -> io::Result<()> {
    let above: Vec<&Path> = path.ancestors().collect();
    for folder in above.iter().rev().skip(1) {
        if mounts::place(root, folder).is_err() {
            let parent = mounts::place(root, folder.parent().unwrap_or(Path::new("/")))?;
            let name = folder.file_name().unwrap_or_default();
            rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(0o755))?;
        }
    }
    Ok(())
}

/// Lays the layer over the workspace, where it stands.
fn lay(workspace: &Path, layer: &Layer) -> io::Result<()> {
    let open = |path: &Path| {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        rustix::fs::openat(CWD, path, flags, Mode::empty())
    };
    // By number, for names are cut at 255 bytes and colons in them mean something.
    let (lower, upper, work) = (open(workspace)?, open(&layer.upper)?, open(&layer.work)?);
    let number = |folder: &OwnedFd| format!("/proc/self/fd/{}", folder.as_raw_fd());
    let options = [
        ("userxattr", ""),
        ("lowerdir", &number(&lower)),
        ("upperdir", &number(&upper)),
        ("workdir", &number(&work)),
    ];
    let made = mounts::fresh(c"overlay", &options)?;
    mounts::put(made, lower)
}

/// The new root becomes the root; the old one is gone.
fn turn(root: &OwnedFd) -> io::Result<()> {
    rustix::process::fchdir(root)?;
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    Ok(rustix::process::chdir("/")?)
}

/// What the view is built of and on, attached where nobody sees it in the end.
struct Scratch(OwnedFd);

impl Scratch {
    fn make(old: &OwnedFd) -> io::Result<Self> {
        let scratch = mounts::fresh(c"tmpfs", &[("mode", "0755"), ("size", "64m")])?;
        for folder in ["root", "nothing"] {
            rustix::fs::mkdirat(&scratch, folder, Mode::from_raw_mode(0o755))?;
        }
        // Over the old names of processes: all that the host has was copied.
        mounts::put(&scratch, mounts::place(old, Path::new("/proc"))?)?;
        let scratch = Self(scratch);
        scratch.write("empty", "")?;
        Ok(scratch)
    }

    fn open(&self, name: &str) -> io::Result<OwnedFd> {
        Ok(rustix::fs::openat(&self.0, name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?)
    }

    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o644))?;
        rustix::fs::fchmod(&file, Mode::from_raw_mode(0o444))?;
        io::Write::write_all(&mut std::fs::File::from(file), text.as_bytes())
    }

    /// A mount of a file with this text, to be read.
    fn file(&self, name: &str, text: &str) -> io::Result<OwnedFd> {
        self.write(name, text)?;
        self.read_only(name)
    }

    /// A mount of an empty folder or file.
    fn nothing(&self, folder: bool) -> io::Result<OwnedFd> {
        self.read_only(if folder { "nothing" } else { "empty" })
    }

    /// A file of the launch's own with what the host's holds.
    fn copy(&self, piece: &Piece<'_>) -> io::Result<OwnedFd> {
        let name = format!("copy{}", piece.place.path.to_string_lossy().replace('/', "-"));
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, &name, flags, Mode::from_raw_mode(0o600))?;
        io::Write::write_all(&mut std::fs::File::from(file), &piece.text)?;
        let mount = mounts::copy(self.open(&name)?)?;
        mounts::restrict(&mount, NOSUID | NODEV | NOEXEC)?;
        Ok(mount)
    }

    fn read_only(&self, name: &str) -> io::Result<OwnedFd> {
        let mount = mounts::copy(self.open(name)?)?;
        mounts::restrict(&mount, RDONLY | NOSUID | NODEV | NOEXEC)?;
        Ok(mount)
    }

    /// What is shown at a place that the host has nothing for, and whether it is to be closed in the end.
    fn show(&self, piece: &Piece<'_>, inner: bool) -> io::Result<(OwnedFd, bool)> {
        match piece.place.shows {
            Shows::Nothing if piece.folder && inner => {
                Ok((mounts::fresh(c"tmpfs", &[("mode", "0755"), ("size", "1m")])?, true))
            }
            Shows::Own => {
                let mode = if piece.place.path.ends_with("tmp") { "1777" } else { "0755" };
                Ok((mounts::fresh(c"tmpfs", &[("mode", mode)])?, false))
            }
            Shows::Devices => {
                Ok((mounts::fresh(c"tmpfs", &[("mode", "0755"), ("size", "1m")])?, true))
            }
            Shows::Copy => Ok((self.copy(piece)?, false)),
            Shows::Nothing | Shows::Host(_) | Shows::Processes | Shows::Instead => {
                Ok((self.nothing(piece.folder)?, false))
            }
        }
    }
}
