//! The shadows of real folders on a real disk.

mod it {
    mod bounds;
    mod damage;
    mod keeping;
    mod restoring;
    mod room;
}
