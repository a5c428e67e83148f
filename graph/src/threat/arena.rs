//! Slots with generations, under the nodes and edges of the threat graph. An index of a slot that
//! was reused is recognised as stale. The clock hand finds the oldest entry that nobody asks for.

/// No slot.
pub(super) const NONE: u32 = u32::MAX;

/// Values in reusable slots; the memory grows to the most that ever lived at once, never beyond.
#[derive(Debug)]
pub(super) struct Arena<T> {
    slots: Vec<Option<T>>,
    generations: Vec<u32>,
    free: Vec<u32>,
    hand: u32,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), generations: Vec::new(), free: Vec::new(), hand: 0 }
    }
}

impl<T> Arena<T> {
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub fn insert(&mut self, value: T) -> u32 {
        if let Some(slot) = self.free.pop()
            && let Some(place) = self.slots.get_mut(slot as usize)
        {
            *place = Some(value);
            return slot;
        }
        self.slots.push(Some(value));
        self.generations.push(0);
        (self.slots.len() - 1) as u32
    }

    pub fn remove(&mut self, slot: u32) -> Option<T> {
        let value = self.slots.get_mut(slot as usize)?.take()?;
        if let Some(generation) = self.generations.get_mut(slot as usize) {
            *generation = generation.wrapping_add(1);
        }
        self.free.push(slot);
        Some(value)
    }

    pub fn get(&self, slot: u32) -> Option<&T> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, slot: u32) -> Option<&mut T> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// How often the slot was reused; part of every index that leaves the graph.
    pub fn generation(&self, slot: u32) -> u32 {
        self.generations.get(slot as usize).copied().unwrap_or(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(slot, value)| Some((slot as u32, value.as_ref()?)))
    }

    /// Moves the hand on to the next entry and returns it. `None` when there is no entry at all.
    pub fn advance(&mut self) -> Option<u32> {
        for _ in 0..self.slots.len() {
            let slot = if (self.hand as usize) < self.slots.len() { self.hand } else { 0 };
            self.hand = slot + 1;
            if self.get(slot).is_some() {
                return Some(slot);
            }
        }
        None
    }

    /// Bytes of the slots themselves, without what the values point to.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Option<T>>()
            + (self.generations.capacity() + self.free.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_slot_has_a_new_generation() {
        let mut arena = Arena::default();
        let slot = arena.insert("old");
        let generation = arena.generation(slot);
        assert_eq!(arena.remove(slot), Some("old"));
        assert_eq!(arena.remove(slot), None);
        assert_eq!(arena.insert("new"), slot);
        assert_ne!(arena.generation(slot), generation);
        assert_eq!(arena.len(), 1);
    }

    #[test]
    fn the_hand_goes_round_what_lives() {
        let mut arena = Arena::default();
        for value in 0..3 {
            arena.insert(value);
        }
        arena.remove(1);
        let seen: Vec<_> = (0..4).map(|_| arena.advance()).collect();
        assert_eq!(seen, [Some(0), Some(2), Some(0), Some(2)]);
        assert_eq!(Arena::<u8>::default().advance(), None);
    }
}
