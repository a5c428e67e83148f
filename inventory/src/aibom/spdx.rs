//! SPDX.
use super::{Bom, Problem};
pub fn conformance(_bom: &Bom) -> Vec<Problem> {
    Vec::new()
}
