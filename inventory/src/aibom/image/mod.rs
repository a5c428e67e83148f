//! Images of containers as a subject: unpacked so far as a look reads them, then looked at like any other folder.
//!
//! ```text
//! FILE ─▶ archive ─▶ manifest ─▶ layers: tar ─▶ tree (whiteouts) ─▶ blobs ─▶ INTO/root     (may write below INTO)
//!                                                                             │
//!                      Image (INTO/image.json) + Folder + Inventory ◀── look ─┘           (may read below INTO)
//! ```

mod archive;
mod blobs;
mod facts;
mod keep;
mod layers;
mod manifest;
mod system;
mod tar;
#[cfg(test)]
mod tests;
mod tree;
mod unpack;

pub use blobs::MAX_LENGTH;
pub use facts::{Image, System, read};
pub use unpack::unpack;

/// Why something is no image that can be looked into.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnImage {
    /// It cannot be read.
    #[error(
        "cannot read the image: {0}\nhint: name a file of `docker save` or `podman save`, or an OCI layout"
    )]
    Unread(String),
    /// All of it is compressed, and not as images usually are.
    #[error("the archive is compressed in a way that is not read\nhint: `{0}` it first")]
    Compressed(&'static str),
    /// No tar.
    #[error(
        "it is no archive of an image: {0}\nhint: `docker save` and `podman save` write such, as tar"
    )]
    NoTar(String),
    /// An archive without an image.
    #[error(
        "there is no image in it: neither `manifest.json` nor `index.json` names one\nhint: `docker save` and `podman save` write such; `docker export` writes files only: unpack those and name the folder"
    )]
    Nothing,
    /// More than one.
    #[error("there are several images in it: {}\nhint: save the one that is meant by itself", .0.join(", "))]
    Several(Vec<String>),
    /// So many layers has no image.
    #[error(
        "it has {0} layers, more than any image\nhint: it was made to cost time; have a look at where it comes from"
    )]
    Layers(usize),
    /// A piece is missing or broken.
    #[error("the image is broken at `{0}`: {1}\nhint: save it again")]
    Piece(String, String),
    /// Compressed to be a burden.
    #[error(
        "its layers are more than {0} bytes when they are unpacked: not read further\nhint: it was made to cost time; have a look at where it comes from"
    )]
    Bomb(u64),
    /// No room, no right.
    #[error("cannot unpack the image: {0}\nhint: TMPDIR names the folder that it is unpacked into")]
    Unwritten(String),
}
