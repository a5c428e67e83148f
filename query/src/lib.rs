//! Parquet roll-over and SQL over live and rolled data.

#![forbid(unsafe_code)]
