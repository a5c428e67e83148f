//! Decisions that were made a moment ago. Two generations: when the younger one is full the older one goes, so
//! nothing is ever sorted and what is asked often stays.

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

const SHARDS: usize = 16;

/// A bounded memory that many threads use at once.
#[derive(Debug)]
pub struct Recent<K, V> {
    shards: [Mutex<Generations<K, V>>; SHARDS],
    most: usize,
}

#[derive(Debug)]
struct Generations<K, V> {
    young: FxHashMap<K, Arc<V>>,
    old: FxHashMap<K, Arc<V>>,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    /// Keeps at least `most` entries that were used lately, and at most twice as many.
    pub fn new(most: usize) -> Self {
        let empty = || Generations { young: FxHashMap::default(), old: FxHashMap::default() };
        Self { shards: std::array::from_fn(|_| Mutex::new(empty())), most: most.div_ceil(SHARDS) }
    }

    /// What is known.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut shard = self.shard(key)?.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = shard.young.get(key) {
            return Some(Arc::clone(value));
        }
        let (key, value) = shard.old.remove_entry(key)?;
        self.put(&mut shard, key, Arc::clone(&value));
        Some(value)
    }

    /// Remembers.
    pub fn insert(&self, key: K, value: Arc<V>) {
        let Some(shard) = self.shard(&key) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(&mut shard, key, value);
    }

    fn put(&self, shard: &mut Generations<K, V>, key: K, value: Arc<V>) {
        if shard.young.len() >= self.most {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.young.insert(key, value);
    }

    fn shard(&self, key: &K) -> Option<&Mutex<Generations<K, V>>> {
        // The map takes the upper bits.
        let hash = FxBuildHasher.hash_one(key);
        self.shards.get(usize::try_from(hash & (SHARDS as u64 - 1)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let recent: Recent<u32, u32> = Recent::new(160);
        for key in 0..10_000 {
            recent.insert(key, Arc::new(key));
            assert_eq!(recent.get(&0).as_deref(), Some(&0), "used again and again");
        }
        let kept = (0..10_000).filter(|key| recent.get(key).is_some()).count();
        assert!((16..=320).contains(&kept), "{kept} are kept");
    }
}
