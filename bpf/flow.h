/* Where a secret goes: the system calls of agents' processes that hand bytes on, at their beginning, so that what
 * they write to is marked before anybody can have read it. At the kernel's functions where programs can hang there,
 * else behind one tracepoint, which is attached only while rules are in force.
 *
 * Not followed: names of files and other things that tell bytes without handing them on; memory that is made
 * writable after it was mapped.
 *
 * Assumed prototypes: sys_enter(struct pt_regs *regs, long id), long __x64_sys_NAME(const struct pt_regs *regs)
 */
#pragma once

#include "flows.h"

#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_TYPE 15
#define MAP_ANONYMOUS 32
#define AF_NETLINK 16
#define AF_ALG 38
#define QUEUES 0xfffffffd
#define IPC_MSGSND 11
#define IPC_MSGRCV 12
#define IPC_SHMAT 21
/* Families whose packets no hook of connections sees, or has no owner for. */
#define AF_PACKET 17
#define AF_RDS 21
#define AF_TIPC 30
#define AF_SMC 43
#define AF_XDP 44

const volatile u8 flows[512] = {};
const volatile u8 compat_flows[512] = {};

static __always_inline struct file *file_at(u64 fd)
{
	return file_of((void *)bpf_get_current_task(), (s32)fd);
}

static __always_inline void hand_on(u64 fd, u64 label, u32 held)
{
	struct file *file = held ? file_at(fd) : NULL;
	if (file)
		mark_file(file, label, held);
}

/* From one file to another, without a look at the bytes. */
static __always_inline void pass_on(u64 from, u64 to, u32 pid, u64 label)
{
	struct file *source = file_at(from);
	if (source)
		take_from(source, label);
	hand_on(to, label, held_by(pid, label));
}

/* From now on others may see what this process writes into its memory. */
static __always_inline void begin_to_share(u32 pid, u64 label, u32 held)
{
	struct holder *known = bpf_map_lookup_elem(&holders, &pid);
	if (held)
		spill(label);
	if (known) {
		known->shares = 1;
		return;
	}
	struct holder fresh = { .shares = 1 };
	if (bpf_map_update_elem(&holders, &pid, &fresh, BPF_ANY))
		count_full();
}

/* Code comes into a program: if the system has not installed it, that is nobody's own tool from now on. */
static __always_inline void take_in_code(struct inode *inode, u32 pid)
{
	struct holder *known = bpf_map_lookup_elem(&holders, &pid);
	if (!known || !known->groups)
		return;
	if (!BPF_CORE_READ(inode, i_uid.val) && !(BPF_CORE_READ(inode, i_mode) & (S_IWGRP | S_IWOTH)))
		return;
	known->groups = 0;
	known->foreign = 1;
}

static __always_inline void on_mapping(struct call_args *args, u32 pid, u64 label, u32 held)
{
	bool shared = (args->a[3] & MAP_TYPE) && (args->a[3] & MAP_TYPE) != 2;
	bool writes = args->a[2] & PROT_WRITE;
	if (args->a[3] & MAP_ANONYMOUS) {
		if (shared)
			begin_to_share(pid, label, held);
		return;
	}
	struct file *file = file_at(args->a[4]);
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	if (args->a[2] & PROT_EXEC)
		take_in_code(BPF_CORE_READ(file, f_inode), pid);
	take_from(file, label);
	if (!shared || !writes)
		return;
	held = held_by(pid, label);
	if (held)
		mark_file(file, label, held);
	begin_to_share(pid, label, 0);
}

/* A queue of System V, by its number: no object of it can be marked. */
static __always_inline struct mark_key queue_key(u32 queue)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct mark_key key = {
		.inode = queue, .device = QUEUES, .generation = BPF_CORE_READ(task, nsproxy, ipc_ns, ns.inum),
	};
	return key;
}

/* Who waits at the other end has asked already, and is told nothing when it comes: all of the session holds it. */
static __always_inline void post(u32 queue, u64 label, u32 held)
{
	struct mark_key key = queue_key(queue);
	mark(&key, held);
	if (held & HOLDS_SECRET)
		spill(label);
}

static __always_inline void fetch(u32 queue, u64 label)
{
	struct mark_key key = queue_key(queue);
	take_if_marked(&key, label);
}

/* The 32-bit multiplexer of System V. */
static __always_inline void on_ipc(struct call_args *args, u32 pid, u64 label, u32 held)
{
	switch (args->a[0] & 0xffff) {
	case IPC_MSGSND: post(args->a[1], label, held); break;
	case IPC_MSGRCV: fetch(args->a[1], label); break;
	case IPC_SHMAT: begin_to_share(pid, label, held); break;
	}
}

/* Into the memory of another process, or out of it. */
static __always_inline void on_other(u32 other, bool in, bool out, u32 pid, u64 label, u32 held)
{
	struct holder *theirs = bpf_map_lookup_elem(&holders, &other);
	if (out && theirs && theirs->bits)
		take_mark(label, theirs->bits);
	u64 *known = in && held ? bpf_map_lookup_elem(&process_labels, &other) : NULL;
	if (known)
		hold(other, *known, HOLDS_SECRET);
}

/* Sockets of which no hook sees what they send: who may not connect to an end that is nothing in particular ends
 * before it has one. Where they lead anywhere that is so for whoever could not if it held a secret: it may be read
 * when the socket is open. */
static __always_inline void on_new_socket(u32 family, u64 label, u32 held)
{
	if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK ||
	    family == AF_ALG)
		return;
	if (family == AF_PACKET || family == AF_RDS || family == AF_TIPC || family == AF_SMC || family == AF_XDP)
		held |= HOLDS_SECRET;
	struct regime *regime = bpf_map_lookup_elem(&regimes, &label);
	struct end nowhere = {};
	if (!regime)
		return;
	struct ruling ruling = ruling_of(regime, VERB_CONNECT, &nowhere, held);
	if (goes_on(ruling))
		return;
	struct task_struct *task = (void *)bpf_get_current_task();
	ruling.effect = EFFECT_KILL;
	tell_end(label, BPF_CORE_READ(task, group_leader, start_boottime), bpf_get_current_pid_tgid() >> 32,
		 VERB_CONNECT, ruling, &nowhere);
	bpf_send_signal(SIGKILL);
}

static __always_inline int flow(struct call_args *args)
{
	u64 label = label_of(bpf_get_current_task_btf());
	u32 generation, pid = bpf_get_current_pid_tgid() >> 32;
	if (!label)
		return 0;
	u32 held = held_by(pid, label);
	switch (args->call) {
	case FLOW_SOCKET: on_new_socket(args->a[0], label, held); return 0;
	case FLOW_TAKE_DESCRIPTOR: lay_hands_on_handle(file_at(args->a[0]), label); return 0;
	case FLOW_VM_WRITE:
	case FLOW_VM_READ: lay_hands_on_number(args->a[0], label); break;
	}
	if (!secrets_in_force(&generation))
		return 0;
	switch (args->call) {
	case FLOW_PUT:
	case FLOW_SEND: hand_on(args->a[0], label, held); break;
	case FLOW_SENDFILE: pass_on(args->a[1], args->a[0], pid, label); break;
	case FLOW_SPLICE: pass_on(args->a[0], args->a[2], pid, label); break;
	case FLOW_TEE: pass_on(args->a[0], args->a[1], pid, label); break;
	case FLOW_MMAP: on_mapping(args, pid, label, held); break;
	case FLOW_SHMAT: begin_to_share(pid, label, held); break;
	case FLOW_VM_WRITE: on_other(args->a[0], true, false, pid, label, held); break;
	case FLOW_VM_READ: on_other(args->a[0], false, true, pid, label, held); break;
	case FLOW_PTRACE: on_other(args->a[1], true, true, pid, label, held); break;
	case FLOW_POST: post(args->a[0], label, held); break;
	case FLOW_FETCH: fetch(args->a[0], label); break;
	case FLOW_POST_FILE:
		hand_on(args->a[0], label, held);
		if (held & HOLDS_SECRET)
			spill(label);
		break;
	case FLOW_FETCH_FILE:
		if (file_at(args->a[0]))
			take_from(file_at(args->a[0]), label);
		break;
	case FLOW_IPC: on_ipc(args, pid, label, held); break;
	}
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	u64 number = number_of(regs);
	if (number >= 512 || !(flows[number] | compat_flows[number]))
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	if (!is_tagged(task->pid))
		return 0;
	struct call_args args = { .compat = is_compat(task) };
	args.call = args.compat ? compat_flows[number] : flows[number];
	if (!args.call)
		return 0;
	fill_args(regs, &args);
	return flow(&args);
}

#define AT_BEGINNING(program, function, family, what, is32)                                        \
	SEC("?fentry/__" #function)                                                                \
	int BPF_PROG(program, struct pt_regs *regs)                                                \
	{                                                                                          \
		struct task_struct *task = bpf_get_current_task_btf();                             \
		if (!is_tagged(task->pid))                                                         \
			return 0;                                                                  \
		struct call_args args = { .call = what, .compat = is32 };                          \
		fill_args(regs, &args);                                                            \
		return flow(&args);                                                                \
	}
FLOW_FUNCTIONS(AT_BEGINNING)

/* The same of what comes in through io_uring. A file that a ring opens has no name that could be asked: it may be
 * anybody's. */
enum uring_op {
	URING_READV = 1, URING_WRITEV = 2, URING_READ_FIXED = 4, URING_WRITE_FIXED = 5, URING_SENDMSG = 9,
	URING_RECVMSG = 10, URING_CONNECT = 16, URING_OPENAT = 18, URING_READ = 22, URING_WRITE = 23,
	URING_SEND = 26, URING_RECV = 27, URING_OPENAT2 = 28, URING_SPLICE = 30, URING_RENAMEAT = 35,
	URING_UNLINKAT = 36, URING_MKDIRAT = 37, URING_SYMLINKAT = 38, URING_LINKAT = 39, URING_SEND_ZC = 47,
	URING_SENDMSG_ZC = 48,
};
#define URING_FIXED_FILE 1

static __always_inline void uring_flow(struct io_kiocb *req, u8 op, u64 label)
{
	u32 generation, pid = bpf_get_current_pid_tgid() >> 32;
	if (!secrets_in_force(&generation))
		return;
	bool fixed = BPF_CORE_READ(req, flags) & URING_FIXED_FILE;
	struct file *file = fixed ? NULL : file_at(BPF_CORE_READ(req, cqe.fd));
	u32 held = held_by(pid, label);
	switch (op) {
	case URING_OPENAT:
	case URING_OPENAT2: take(label, HOLDS_SECRET); break;
	case URING_READ:
	case URING_READV:
	case URING_READ_FIXED:
	case URING_RECV:
	case URING_RECVMSG:
		if (file)
			take_from(file, label);
		break;
	case URING_WRITE:
	case URING_WRITEV:
	case URING_WRITE_FIXED:
	case URING_SEND:
	case URING_SENDMSG:
	case URING_SEND_ZC:
	case URING_SENDMSG_ZC:
	case URING_SPLICE:
		if (held && file && op != URING_SPLICE)
			mark_file(file, label, held);
		else if (held)
			spill(label);
		break;
	}
}
