//! What command lines would do, written down in a short form.
