//! Attributed events to findings: the Sigma engine and its correlations.

#![forbid(unsafe_code)]
