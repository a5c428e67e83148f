//! The one test binary of house-keeping: the repository is tidy, and each check fails on a bad example.

mod tidy;
