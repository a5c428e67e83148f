/* The rules in force, as `sensor/src/kernel/rules` lowers `event::KernelRules`: how each session is held, what
 * its book says about a verb, and which processes hold a secret. Whatever stops something asks here, so that
 * all hooks agree with `KernelRules::ruling`.
 *
 * Rules are put in force as a whole: everything of a set carries its generation, the number in `in_force` is
 * turned last, and the generation before stays until the next set comes. A program that has read the number
 * finds all of its set. */
#pragma once

/* Places in `event::Verb::ALL`. */
enum verb {
	VERB_EXEC = 0, VERB_READ_FILE = 1, VERB_WRITE_FILE = 2, VERB_DELETE_FILE = 3, VERB_CONNECT = 4,
	VERB_LISTEN = 5, VERB_CHANGE_AGENT_CONFIG = 11, VERB_LOAD_CODE = 12,
};
/* `event::Effect`, the stronger the higher. */
enum effect {
	EFFECT_ALLOW = 0, EFFECT_NOTIFY = 1, EFFECT_ASK = 4, EFFECT_DENY = 5, EFFECT_KILL = 6,
};
/* `event::Outcome`. */
enum outcome {
	OUTCOME_PREVENTED = 3, OUTCOME_STOPPED_AFTER = 4,
};
enum { HOLDS_EITHER = 0, HOLDS_YES = 1, HOLDS_NO = 2 };

#define NO_BOOK 0xffffffff
#define NO_POLICY 0xffff
#define MAX_CLAUSES 128

/* The generation of the rules in force; 0: none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} in_force SEC(".maps");

struct clause {
	u64 all;
	u64 none;
	u8 holds;
	u8 effect;
	u16 policy;
	u32 pad;
};
/* What speaks about one verb: first what forbids, the strongest first, then what permits. */
struct verb_rules {
	u64 own_tool; /* The class of this name. */
	u32 forbids;
	u32 permits;
	u32 all_permitted;
	u32 pad;
	struct clause clauses[MAX_CLAUSES];
};
struct verb_key {
	u32 generation;
	u16 book;
	u16 verb;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct verb_key);
	__type(value, struct verb_rules);
} verb_books SEC(".maps");

/* How a session is held, by its label. Its book of one generation may have another number in the next one. */
enum { REGIME_CUT = 1, REGIME_FROZEN = 2, REGIME_DEAD = 4 };
struct regime {
	u32 books[2]; /* of even and of odd generations */
	u32 flags;
	u32 pad;
	u64 workspace_device; /* 0: none */
	u64 workspace_inode;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, struct regime);
} regimes SEC(".maps");

static __always_inline u32 book_of(struct regime *regime, u32 generation)
{
	return generation & 1 ? regime->books[1] : regime->books[0];
}

/* What processes of agents hold, by pid: a process and not a task, for its threads share their memory.
 * SECRET: it has read a secret, or what came of one. OWN: a key that it keeps as the tool whose own it is, which no
 * rule of secrets is about: what such a tool writes is taken to hold nothing of it. */
enum { HOLDS_SECRET = 1, HOLDS_OWN = 2 };
struct holder {
	u32 bits;
	u16 shares; /* memory with others */
	u16 foreign; /* runs code that the system has not installed, though its program was */
	u64 groups; /* of places whose own tool its program is */
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, struct holder);
} holders SEC(".maps");

/* Sessions in which what a secret came to could not be followed: all of their processes hold it. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u32);
} spilled SEC(".maps");

static __always_inline u32 generation_in_force(void)
{
	u32 zero = 0;
	u64 *generation = bpf_map_lookup_elem(&in_force, &zero);
	return generation && *generation && !have_let_go() ? *generation : 0;
}

/* What this process of this session holds. */
static __always_inline u32 held_by(u32 pid, u64 label)
{
	struct holder *own = bpf_map_lookup_elem(&holders, &pid);
	u32 *all = bpf_map_lookup_elem(&spilled, &label);
	return (own ? own->bits : 0) | (all ? *all : 0);
}

struct ruling {
	u32 effect;
	u32 policy;
};

struct clause_walk {
	struct verb_rules *rules;
	u64 classes;
	u32 from;
	u32 count;
	u32 secret;
	u32 found; /* place + 1 */
};

static long clause_step(u32 index, struct clause_walk *w)
{
	u32 at = w->from + index;
	if (index >= w->count || at >= MAX_CLAUSES)
		return 1;
	struct clause *c = &w->rules->clauses[at];
	if ((w->classes & c->all) != c->all || w->classes & c->none)
		return 0;
	if (c->holds != HOLDS_EITHER && (c->holds == HOLDS_YES) != w->secret)
		return 0;
	w->found = at + 1;
	return 1;
}

/* What `book` says about `verb` to a thing of `classes`, by somebody who holds `held`: `KernelRules::ruling`. */
static __always_inline struct ruling rule(u32 generation, u32 book, u16 verb, u64 classes, u32 held)
{
	struct ruling ruling = { .effect = EFFECT_ALLOW, .policy = NO_POLICY };
	struct verb_key key = { .generation = generation, .book = book, .verb = verb };
	struct verb_rules *rules = book == NO_BOOK ? NULL : bpf_map_lookup_elem(&verb_books, &key);
	if (!rules)
		return ruling;
	struct clause_walk w = {
		.rules = rules, .classes = classes, .count = rules->forbids, .secret = !!(held & HOLDS_SECRET),
	};
	bpf_loop(MAX_CLAUSES, clause_step, &w, 0);
	u32 at = w.found - 1;
	if (at < MAX_CLAUSES) {
		ruling.effect = rules->clauses[at].effect;
		ruling.policy = rules->clauses[at].policy;
	}
	if (rules->all_permitted || ruling.effect >= EFFECT_DENY)
		return ruling;
	w.from = rules->forbids;
	w.count = rules->permits;
	w.found = 0;
	bpf_loop(MAX_CLAUSES, clause_step, &w, 0);
	if (!w.found) {
		ruling.effect = EFFECT_DENY;
		ruling.policy = NO_POLICY;
	}
	return ruling;
}

/* Whether the act goes on: nothing, a note, what only others can do (redact, stage). */
static __always_inline bool goes_on(struct ruling ruling)
{
	return ruling.effect < EFFECT_ASK;
}
