//! The binary as a user meets it.

mod verbs;
