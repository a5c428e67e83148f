//! The skeletons that libbpf-cargo makes of `bpf/sensor.bpf.c` and `bpf/probe.bpf.c`.

#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, unsafe_code, unused, missing_docs)]

pub use probe::*;
pub use sensor::*;

mod sensor {
    include!(concat!(env!("OUT_DIR"), "/sensor.skel.rs"));
}
mod probe {
    include!(concat!(env!("OUT_DIR"), "/probe.skel.rs"));
}
