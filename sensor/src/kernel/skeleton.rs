//! The skeleton that libbpf-cargo makes of `bpf/sensor.bpf.c`.

#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, unsafe_code, unused, missing_docs)]

include!(concat!(env!("OUT_DIR"), "/sensor.skel.rs"));
