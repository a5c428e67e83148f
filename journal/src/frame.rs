//! The frame: a batch of records as it lies in a segment, with all that is needed to find it again
//! behind damage.
//!
//! ```text
//! 0   magic "CHf1"         20 first position, u64     44 CRC32C of the payload
//! 4   marker of the        28 earliest time, u64      48 bytes of the payload, unpacked
//!     segment, u64         36 latest time, u64        52 codec
//! 12  bytes of the payload     53 kinds, 2 bytes 0     56 positions left out before it
//! 16  records                                         60 CRC32C of bytes 0..60
//! ```
//! All numbers little-endian; the payload follows.

use crate::{Compression, Error};

/// Bytes of a frame header.
pub(crate) const HEADER: usize = 64;
/// Most bytes of an unpacked payload: bounds what a reader allocates.
pub(crate) const MAX_PAYLOAD: usize = 64 << 20;

const MAGIC: [u8; 4] = *b"CHf1";

/// Bits of [`FrameHeader::kinds`].
pub(crate) const KIND_ACT: u8 = 1;
pub(crate) const KIND_FINDING: u8 = 2;
pub(crate) const KIND_OTHER: u8 = 4;

/// What stands before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// The same in all frames of a segment and unpredictable, so that a frame forged inside
    /// recorded text is never taken for one of ours when a reader looks for the next frame.
    pub marker: u64,
    /// Position of the first record.
    pub first: u64,
    /// Records in the frame.
    pub records: u32,
    /// Positions before it that hold no record, and of which a loss record tells.
    pub gap: u32,
    /// Earliest and latest time of a record, UTC.
    pub times: (u64, u64),
    /// Bytes that follow.
    pub len: u32,
    /// Bytes after decompression.
    pub unpacked: u32,
    /// CRC32C of the bytes that follow.
    pub crc: u32,
    /// How they are compressed.
    pub codec: u8,
    /// Which kinds of records are in it, so that a reader can pass it over.
    pub kinds: u8,
}

impl FrameHeader {
    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        let mut at = 0;
        let mut put = |field: &[u8]| {
            if let Some(place) = bytes.get_mut(at..at + field.len()) {
                place.copy_from_slice(field);
            }
            at += field.len();
        };
        put(&MAGIC);
        put(&self.marker.to_le_bytes());
        put(&self.len.to_le_bytes());
        put(&self.records.to_le_bytes());
        put(&self.first.to_le_bytes());
        put(&self.times.0.to_le_bytes());
        put(&self.times.1.to_le_bytes());
        put(&self.crc.to_le_bytes());
        put(&self.unpacked.to_le_bytes());
        put(&[self.codec, self.kinds, 0, 0]);
        put(&self.gap.to_le_bytes());
        let (body, crc) = bytes.split_at_mut(HEADER - 4);
        crc.copy_from_slice(&crc32c::crc32c(body).to_le_bytes());
        bytes
    }

    /// `None` if this is not a sound header. With a marker, only that segment's.
    pub(crate) fn decode(bytes: &[u8; HEADER], marker: Option<u64>) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if !body.starts_with(&MAGIC) || crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let header = Self {
            marker: u64_at(bytes, 4)?,
            len: u32_at(bytes, 12)?,
            records: u32_at(bytes, 16)?,
            first: u64_at(bytes, 20)?,
            times: (u64_at(bytes, 28)?, u64_at(bytes, 36)?),
            crc: u32_at(bytes, 44)?,
            unpacked: u32_at(bytes, 48)?,
            codec: *bytes.get(52)?,
            kinds: *bytes.get(53)?,
            gap: u32_at(bytes, 56)?,
        };
        let ours = marker.is_none_or(|marker| marker == header.marker);
        (ours && header.unpacked as usize <= MAX_PAYLOAD).then_some(header)
    }

    /// Position after the last record.
    pub(crate) fn end(&self) -> u64 {
        self.first.saturating_add(u64::from(self.records))
    }
}

/// What every frame header of a segment begins with.
pub(crate) fn signature(marker: u64) -> [u8; 12] {
    let mut signature = [0; 12];
    let (magic, number) = signature.split_at_mut(4);
    magic.copy_from_slice(&MAGIC);
    number.copy_from_slice(&marker.to_le_bytes());
    signature
}

/// What every frame header begins with, whatever the segment.
pub(crate) fn magic() -> [u8; 4] {
    MAGIC
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

const CODEC_NONE: u8 = 0;
const CODEC_ZSTD: u8 = 1;
/// Below this, compression only costs.
const WORTH_COMPRESSING: usize = 128;

/// Compresses payloads; keeps its working memory between frames.
pub(crate) struct Compressor {
    zstd: Option<zstd::bulk::Compressor<'static>>,
    packed: Vec<u8>,
}

impl Compressor {
    pub(crate) fn new(compression: Compression) -> Result<Self, Error> {
        let zstd = match compression {
            Compression::None => None,
            Compression::Zstd => Some(zstd::bulk::Compressor::new(1).map_err(Error::Compress)?),
        };
        Ok(Self { zstd, packed: Vec::new() })
    }

    /// Appends the compressed `payload` to `out` and returns the codec used.
    pub(crate) fn compress(&mut self, payload: &[u8], out: &mut Vec<u8>) -> Result<u8, Error> {
        match &mut self.zstd {
            Some(zstd) if payload.len() >= WORTH_COMPRESSING => {
                self.packed.clear();
                self.packed.reserve(zstd::zstd_safe::compress_bound(payload.len()));
                zstd.compress_to_buffer(payload, &mut self.packed).map_err(Error::Compress)?;
                out.extend_from_slice(&self.packed);
                Ok(CODEC_ZSTD)
            }
            _ => {
                out.extend_from_slice(payload);
                Ok(CODEC_NONE)
            }
        }
    }
}

/// Unpacks payloads; keeps its working memory between frames.
#[derive(Default)]
pub(crate) struct Decompressor {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl std::fmt::Debug for Decompressor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decompressor").finish_non_exhaustive()
    }
}

impl Decompressor {
    /// The payload as it was before compression; `None` if it cannot be.
    pub(crate) fn decompress(&mut self, header: &FrameHeader, payload: Vec<u8>) -> Option<Vec<u8>> {
        match header.codec {
            CODEC_NONE => Some(payload),
            CODEC_ZSTD => {
                if self.zstd.is_none() {
                    self.zstd = zstd::bulk::Decompressor::new().ok();
                }
                self.zstd.as_mut()?.decompress(&payload, header.unpacked as usize).ok()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: FrameHeader = FrameHeader {
        marker: 0x0123_4567_89ab_cdef,
        first: 77,
        records: 3,
        gap: 2,
        times: (1_000, 2_000),
        len: 4_242,
        unpacked: 9_000,
        crc: 0xdead_beef,
        codec: CODEC_ZSTD,
        kinds: KIND_FINDING,
    };

    #[test]
    fn header_comes_back_and_every_flipped_bit_is_seen() {
        let bytes = SOME.encode();
        assert_eq!(FrameHeader::decode(&bytes, None), Some(SOME));
        assert_eq!(FrameHeader::decode(&bytes, Some(SOME.marker)), Some(SOME));
        assert_eq!(FrameHeader::decode(&bytes, Some(1)), None, "another segment's");
        assert!(bytes.starts_with(&signature(SOME.marker)));
        for bit in 0..HEADER * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(FrameHeader::decode(&damaged, None), None, "bit {bit}");
        }
    }
}
