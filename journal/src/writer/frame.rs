//! The frame that is filled, until it is sealed and goes into a segment.

use std::fmt;

use event::Record;

use crate::frame::{Compressor, FrameHeader, HEADER, KIND_FINDING};
use crate::pack::Packer;
use crate::{Compression, Error, Position};

/// A frame is full when its payload has this many bytes before compression.
const FULL: usize = 512 << 10;

/// The frame that is filled.
pub(super) struct Frame {
    packer: Packer,
    compressor: Compressor,
    bytes: Vec<u8>,
    /// Positions before it that hold no record, and of which a loss record tells.
    pub gap: u32,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("records", &self.records()).finish_non_exhaustive()
    }
}

impl Frame {
    pub(super) fn new(compression: Compression) -> Result<Self, Error> {
        let compressor = Compressor::new(compression)?;
        Ok(Self { packer: Packer::default(), compressor, bytes: Vec::new(), gap: 0 })
    }

    pub(super) fn push(&mut self, record: &Record) -> Result<(), Error> {
        self.packer.push(record)
    }

    pub(super) fn records(&self) -> u32 {
        self.packer.records()
    }
    pub(super) fn is_full(&self) -> bool {
        self.packer.payload().len() >= FULL
    }
    /// Somebody waits for it.
    pub(super) fn is_urgent(&self) -> bool {
        self.packer.kinds() & KIND_FINDING != 0
    }
    /// Bytes it will have in the segment, give or take what compression adds to noise.
    pub(super) fn len_bound(&self) -> u64 {
        (HEADER + self.packer.payload().len()) as u64
    }

    pub(super) fn clear(&mut self, gap: u32) {
        self.packer.clear();
        self.gap = gap;
    }

    /// The bytes that go into the segment.
    pub(super) fn seal(&mut self, first: Position, marker: u64) -> Result<&[u8], Error> {
        self.bytes.clear();
        self.bytes.resize(HEADER, 0);
        let codec = self.compressor.compress(self.packer.payload(), &mut self.bytes)?;
        if let Some((place, payload)) = self.bytes.split_first_chunk_mut::<HEADER>() {
            let header = FrameHeader {
                marker,
                first: first.0,
                records: self.packer.records(),
                times: self.packer.times(),
                gap: self.gap,
                len: payload.len() as u32,
                unpacked: self.packer.payload().len() as u32,
                crc: crc32c::crc32c(payload),
                codec,
                kinds: self.packer.kinds(),
            };
            *place = header.encode();
        }
        Ok(&self.bytes)
    }
}
