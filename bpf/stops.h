/* Told: what was stopped, once, and equal ones counted. Whatever refuses an act tells it here.
 *
 * Equal are acts of one process that one policy refuses, to one thing. The first is sent at once, later ones
 * are counted and told with the next one after a second, so that a loop of tries fills neither the ring nor
 * the record. */
#pragma once

#define STOPS_EVERY_NS 1000000000

struct stop_key {
	u64 start_ns;
	u64 object;
	u32 pid;
	u16 verb;
	u16 policy;
};
struct stop_count {
	u64 told_ns;
	u64 untold;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct stop_key);
	__type(value, struct stop_count);
} told_stops SEC(".maps");

/* How many equal ones a record stands for that is to be sent now; 0: it is only counted. */
static __always_inline u32 stops_to_tell(struct stop_key *key)
{
	u64 now = bpf_ktime_get_boot_ns();
	struct stop_count *known = bpf_map_lookup_elem(&told_stops, key);
	if (!known) {
		struct stop_count fresh = { .told_ns = now };
		bpf_map_update_elem(&told_stops, key, &fresh, BPF_ANY);
		return 1;
	}
	if (now - known->told_ns < STOPS_EVERY_NS) {
		__sync_fetch_and_add(&known->untold, 1);
		return 0;
	}
	u32 count = known->untold + 1;
	known->told_ns = now;
	known->untold = 0;
	return count;
}

/* Begins the record of a stop by somebody; false where it is only counted. `object` tells things apart. */
static __always_inline bool begin_stopped(struct stopped_record *r, u64 label, u64 start_ns, u32 pid,
					  u16 verb, struct ruling ruling, u64 object)
{
	struct stop_key key = {
		.start_ns = start_ns, .object = object, .pid = pid, .verb = verb, .policy = ruling.policy,
	};
	u32 count = stops_to_tell(&key);
	if (!count)
		return false;
	begin_for(&r->header, RECORD_STOPPED, label, start_ns, pid);
	r->verb = verb;
	r->effect = ruling.effect;
	r->policy = ruling.policy;
	r->outcome = OUTCOME_PREVENTED;
	r->generation = generation_in_force();
	r->count = count;
	r->path_length = 0;
	return true;
}
