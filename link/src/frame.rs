//! A frame: four bytes of length, big-endian, then that much JSON.

use std::io::{self, Read, Write};

/// Longest content of a frame, in bytes.
pub const MAX_FRAME: usize = 1 << 20;

/// Bytes of the length.
pub(crate) const HEAD: usize = 4;

/// Why a frame could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other end went, was too slow, or the system refused.
    #[error("the connection ended: {0}")]
    Io(#[from] io::Error),
    /// Longer than anybody may say.
    #[error("a frame of {0} bytes is longer than {MAX_FRAME}")]
    TooLong(usize),
}

/// The length that stands at the beginning of `bytes`; none while it is not all there.
pub(crate) fn length(bytes: &[u8]) -> Option<Result<usize, FrameError>> {
    let head: [u8; HEAD] = bytes.get(..HEAD)?.try_into().ok()?;
    let length = u32::from_be_bytes(head) as usize;
    Some(if length > MAX_FRAME { Err(FrameError::TooLong(length)) } else { Ok(length) })
}

/// Reads one frame; its content.
pub fn read(from: &mut impl Read) -> Result<Vec<u8>, FrameError> {
    let mut head = [0; HEAD];
    from.read_exact(&mut head)?;
    let length = length(&head).unwrap_or(Ok(0))?;
    let mut content = Vec::new();
    // Memory is taken as content comes, not as it is announced.
    from.take(length as u64).read_to_end(&mut content)?;
    if content.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(content)
}

/// Writes one frame in one piece.
pub fn write(to: &mut impl Write, content: &[u8]) -> Result<(), FrameError> {
    if content.len() > MAX_FRAME {
        return Err(FrameError::TooLong(content.len()));
    }
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(HEAD + content.len());
    frame.extend(length.to_be_bytes());
    frame.extend(content);
    Ok(to.write_all(&frame)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_cut_or_too_long_is_refused() {
        let mut bytes = Vec::new();
        write(&mut bytes, b"{}").expect("short enough");
        assert_eq!(bytes, b"\0\0\0\x02{}");
        assert_eq!(read(&mut bytes.as_slice()).expect("a frame"), b"{}");
        for end in 0..bytes.len() {
            assert!(read(&mut bytes.get(..end).unwrap_or_default()).is_err(), "{end} bytes");
        }
        assert!(write(&mut Vec::new(), &vec![b' '; MAX_FRAME + 1]).is_err());
        assert!(matches!(read(&mut [0xff; 8].as_slice()), Err(FrameError::TooLong(_))));
    }
}
