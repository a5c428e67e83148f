/* What the programs share: the ring, the loss counters, the labels of agents' tasks, and how a
 * record is begun and sent. */
#pragma once

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_IFSOCK 0140000
#define S_IROTH 04
#define S_IWGRP 020
#define S_IWOTH 02
#define FMODE_READ 1
#define FMODE_WRITE 2
#define FMODE_CREATED 0x100000

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

/* Caveats, as in event::Caveats. */
#define CAVEAT_USER_MEMORY 1
#define CAVEAT_TRUNCATED 2
#define CAVEAT_POLLED 4
#define CAVEAT_FAILED 8
#define CAVEAT_IO_URING 16
#define CAVEAT_COMPAT 32
/* Between kernel and sensor only. */
#define CAVEAT_COMPARED (1 << 13)
#define CAVEAT_CANDIDATE (1 << 14)
#define CAVEAT_FOLDING (1 << 15)

#define SCRATCH_BYTES (1 << 17)
#define SCRATCH_MASK ((1 << 16) - 1)
#define WAKE_AT (256 << 10)

/* Settings, fixed at load. */
const volatile u32 watch_everybody = 0;
const volatile u32 own_pid = 0;
const volatile u64 first_label = 1;
const volatile u32 cpus = 1;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 32 << 20);
} ring SEC(".maps");

/* Build areas: bigger than a per-CPU map value may be, hence an array. The first of each CPU, by its
 * number, is for programs at tracepoints, which neither sleep nor nest nor are preempted. Those at
 * functions may be, where the kernel is preemptible: they claim one of SPARE further areas. */
struct scratch {
	u8 bytes[SCRATCH_BYTES];
	u64 claimed;
};
#define SPARE 3
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by the number of CPUs at load */
	__type(key, u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Per CPU: records tried (the sequence number), and losses by cause. */
struct tally {
	u64 sequence;
	u64 ring_full;
	u64 map_full;
	u64 folded;
	u64 skipped;
	u64 late;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct tally);
} tallies SEC(".maps");

/* Rights of a task, two ids in a word: the group above, the user below. */
struct rights {
	u64 real;
	u64 effective;
	u64 capabilities;
};

/* A task of an agent's tree. Every thread has its own copy, made at fork. The label is constant; the
 * rights are those it had when it last told of them, so that a change has a before. */
struct task_label {
	u64 label;
	struct rights rights;
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_label);
} task_labels SEC(".maps");

/* Which tasks may carry a label: a bit for every id a task can have. A task without its bit carries none,
 * which costs strangers less than asking the storage; a bit too many costs time only. It is taken away
 * only by the exit of the task that has the id: anybody else could take it from the id's next owner. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << 16);
	__type(key, u32);
	__type(value, u64);
} tagged SEC(".maps");

/* The same by process, for program types that cannot read task storage. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u64);
} process_labels SEC(".maps");

/* Labels in force: 1 provisional, 2 confirmed. A label that is not here is cleared. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, u32);
} labels SEC(".maps");

/* Last path parts of programs that may be agents, padded with zeros. */
struct program_name {
	char bytes[32];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct program_name);
	__type(value, u8);
} candidates SEC(".maps");

/* Where models answer by address, as `event::Destination`: IPv4 mapped into IPv6; zeros are this host by
 * any loopback address, port 0 is any. */
struct endpoint {
	union {
		u8 address[16];
		u32 words[4];
	};
	u16 port;
	u16 pad[3];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct endpoint);
	__type(value, u8);
} endpoints SEC(".maps");

u64 labels_given = 0;

/* Whether the ends of system calls are seen: kept by user space, which attaches to sys_exit only while
 * a label lives. */
u32 watching = 1;

/* Whether the reader has nothing to do and sleeps until the first record: kept by user space. */
u32 reader_idle = 0;

/* When user space looked after these programs last (monotonic), and how long they go on without it: those that are
 * pinned outlive it. 0: nothing is pinned, and all of them end with it. */
u64 looked_after_ns = 0;
u64 outlives_ns = 0;

/* Who is looked after is so every second; on a busy host a few seconds late. */
#define ALONE_NS 5000000000

/* For how long nobody has looked after them; less than nothing while somebody just does. */
static __always_inline s64 alone_ns(void)
{
	return bpf_ktime_get_ns() - *(volatile u64 *)&looked_after_ns;
}

/* Nobody came back in time: nothing is refused any more, and nobody new is followed. */
static __always_inline bool have_let_go(void)
{
	s64 longest = *(volatile u64 *)&outlives_ns;
	return longest && alone_ns() > longest;
}

static __always_inline struct tally *tally(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&tallies, &zero);
}

static __always_inline struct scratch *scratch(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	return bpf_map_lookup_elem(&scratches, &cpu);
}

/* An area for a program that may be preempted. Without one the act is lost, and counted. */
static __always_inline struct scratch *claim(void)
{
	u32 slot = bpf_get_smp_processor_id();
	for (int i = 0; i < SPARE; i++) {
		slot += cpus;
		struct scratch *s = bpf_map_lookup_elem(&scratches, &slot);
		if (s && !__sync_lock_test_and_set(&s->claimed, 1))
			return s;
	}
	struct tally *t = tally();
	if (t)
		__sync_fetch_and_add(&t->skipped, 1);
	return NULL;
}

static __always_inline void give_back(struct scratch *s)
{
	*(volatile u64 *)&s->claimed = 0;
}

static __always_inline bool is_tagged(u32 tid)
{
	u32 word = tid >> 6;
	u64 *bits = bpf_map_lookup_elem(&tagged, &word);
	return bits && *bits >> (tid & 63) & 1;
}

static __always_inline void tag(u32 tid)
{
	u32 word = tid >> 6;
	u64 *bits = bpf_map_lookup_elem(&tagged, &word);
	if (bits)
		__sync_fetch_and_or(bits, 1ULL << (tid & 63));
}

static __always_inline void untag(u32 tid)
{
	u32 word = tid >> 6;
	u64 *bits = bpf_map_lookup_elem(&tagged, &word);
	if (bits)
		__sync_fetch_and_and(bits, ~(1ULL << (tid & 63)));
}

/* The label of the current task if it is in force, else 0. */
static __always_inline u64 label_of(struct task_struct *task)
{
	struct task_label *own = bpf_task_storage_get(&task_labels, task, 0, 0);
	if (!own)
		return 0;
	u64 label = own->label;
	return bpf_map_lookup_elem(&labels, &label) ? label : 0;
}

static __always_inline struct rights rights_of(struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct rights rights = {
		.real = (u64)BPF_CORE_READ(cred, gid.val) << 32 | BPF_CORE_READ(cred, uid.val),
		.effective = (u64)BPF_CORE_READ(cred, egid.val) << 32 | BPF_CORE_READ(cred, euid.val),
	};
	bpf_core_read(&rights.capabilities, sizeof(rights.capabilities), &cred->cap_effective);
	return rights;
}

static __always_inline bool give_label(struct task_struct *task, u64 label)
{
	struct task_label *own =
		bpf_task_storage_get(&task_labels, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!own) {
		struct tally *t = tally();
		if (t)
			__sync_fetch_and_add(&t->map_full, 1);
		return false;
	}
	own->label = label;
	own->rights = rights_of(task);
	tag(BPF_CORE_READ(task, pid));
	return true;
}

static __always_inline void begin_for(struct header *h, u16 kind, u64 label, u64 start_ns, u32 pid)
{
	h->kind = kind;
	h->caveats = 0;
	h->time_ns = bpf_ktime_get_boot_ns();
	h->label = label;
	h->start_ns = start_ns;
	h->pid = pid;
	h->cpu = bpf_get_smp_processor_id();
}

/* The current task acts. Not for packets: before 6.4 their programs may not ask who that is. */
static __always_inline void begin(struct header *h, u16 kind, u64 label)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 start_ns = LOOK(task, group_leader, start_boottime);
	begin_for(h, kind, label, start_ns, bpf_get_current_pid_tgid() >> 32);
}

/* Sends a built record. Every try takes a sequence number, so that a gap proves a loss; a full ring
 * is counted. A reader that has nothing to do is woken by the first record; one that rests between two
 * reads sleeps on until much is pending, except for what it must answer at once. */
static __always_inline void send(struct header *h, u32 length, bool at_once)
{
	struct tally *t = tally();
	if (!t)
		return;
	h->length = length;
	h->sequence = __sync_fetch_and_add(&t->sequence, 1);
	u64 flags = *(volatile u32 *)&reader_idle ? 0 : BPF_RB_NO_WAKEUP;
	if (at_once || bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= WAKE_AT)
		flags = BPF_RB_FORCE_WAKEUP;
	if (bpf_ringbuf_output(&ring, h, length, flags))
		__sync_fetch_and_add(&t->ring_full, 1);
}
