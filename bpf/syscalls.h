/* System calls, at their end, where programs can hang on nothing better than sys_exit: one small
 * program for all of them, which leaves at once for calls that nobody asked about and for tasks that
 * carry no label, and jumps to the family's program otherwise. See functions.h for the other way;
 * which of the two is loaded is decided in `sensor/src/kernel/mod.rs`.
 *
 * Assumed prototype: sys_exit(struct pt_regs *regs, long ret)
 */
#pragma once

#include "calls.h"

#define EPERM 1
#define EINTR 4

/* What a system call is to us, by its number: filled by user space from `bpf/calls.def`. */
const volatile u8 calls[512] = {};
const volatile u8 compat_calls[512] = {};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, CALL_FAMILIES);
	__type(key, u32);
	__type(value, u32);
} families SEC(".maps");

struct call_args {
	u64 a[6];
	u8 call;
	bool compat;
};

#if defined(__TARGET_ARCH_x86)
#define TS_COMPAT 2
#define X32_BIT 0x40000000
static __always_inline bool is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
}
/* The verifier knows these registers by their type: a plain load, which every call of the host pays. */
static __always_inline u64 number_of(struct pt_regs *regs)
{
	return regs->orig_ax & ~X32_BIT;
}
static __always_inline void native_args(struct pt_regs *regs, u64 *a)
{
	a[0] = regs->di;
	a[1] = regs->si;
	a[2] = regs->dx;
	a[3] = regs->r10;
	a[4] = regs->r8;
	a[5] = regs->r9;
}
static __always_inline void compat_args(struct pt_regs *regs, u64 *a)
{
	a[0] = (u32)BPF_CORE_READ(regs, bx);
	a[1] = (u32)BPF_CORE_READ(regs, cx);
	a[2] = (u32)BPF_CORE_READ(regs, dx);
	a[3] = (u32)BPF_CORE_READ(regs, si);
	a[4] = (u32)BPF_CORE_READ(regs, di);
	a[5] = (u32)BPF_CORE_READ(regs, bp);
}
#else
#define TIF_32BIT 22
/* 32-bit programs have another table, which is not watched: their numbers mean other calls. */
static __always_inline bool is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.flags) >> TIF_32BIT & 1;
}
static __always_inline u64 number_of(struct pt_regs *regs)
{
	return (u32)regs->syscallno;
}
static __always_inline void native_args(struct pt_regs *regs, u64 *a)
{
	a[0] = BPF_CORE_READ(regs, orig_x0);
	for (int i = 1; i < 6; i++)
		a[i] = BPF_CORE_READ(regs, user_regs.regs[i]);
}
static __always_inline void compat_args(struct pt_regs *regs, u64 *a)
{
	native_args(regs, a);
}
#endif

/* The 32-bit multiplexer: its arguments lie in user memory. */
static __always_inline void unfold_socketcall(struct call_args *args)
{
	u32 inner[6] = {};
	switch (args->a[0]) {
	case 2: args->call = CALL_BIND; break;
	case 3: args->call = CALL_CONNECT; break;
	case 4: args->call = CALL_LISTEN; break;
	case 5:
	case 18: args->call = CALL_ACCEPT; break;
	case 9:
	case 11:
	case 16: args->call = CALL_SEND; break;
	case 10:
	case 12:
	case 17: args->call = CALL_RECEIVE; break;
	default: args->call = CALL_NONE; return;
	}
	bpf_probe_read_user(inner, sizeof(inner), (void *)args->a[1]);
	for (int i = 0; i < 6; i++)
		args->a[i] = inner[i];
}

static __always_inline u8 call_of(struct pt_regs *regs, bool compat)
{
	u64 number = number_of(regs);
	if (number >= 512)
		return CALL_NONE;
	return compat ? compat_calls[number] : calls[number];
}

static __always_inline void fill_args(struct pt_regs *regs, struct call_args *args)
{
	if (!args->compat) {
		native_args(regs, args->a);
		return;
	}
	compat_args(regs, args->a);
	if (args->call == CALL_SOCKETCALL)
		unfold_socketcall(args);
}

static __always_inline void load_args(struct pt_regs *regs, struct call_args *args)
{
	args->compat = is_compat((void *)bpf_get_current_task());
	args->call = call_of(regs, args->compat);
	fill_args(regs, args);
}

/* Interrupted, to be begun again: the kernel's own codes, which no program sees. */
static __always_inline bool is_restart(long ret)
{
	return ret <= -512 && ret >= -516;
}

/* Whether the end of a call is one we follow: not of one that will be begun again. It ends when it
 * ends for good; but a connect goes on meanwhile, and may never be asked for again. */
static __always_inline bool is_end(u8 call, long ret)
{
	return !is_restart(ret) || call >> 4 == CALL_CONNECT >> 4;
}

static __always_inline bool is_watched(struct task_struct *task)
{
	if (is_tagged(task->pid) && label_of(task))
		return true;
	return watch_everybody && (u32)(bpf_get_current_pid_tgid() >> 32) != own_pid;
}

/* A family of calls: what follows is the body, with the call's arguments and its result, and with an
 * area to build the record in. Here it becomes the family's program behind on_sys_exit. */
#define FAMILY(name)                                                                               \
	static __always_inline int name##_body(struct scratch *s, struct call_args args, long ret); \
	SEC("tp_btf/sys_exit")                                                                     \
	int BPF_PROG(name, struct pt_regs *regs, long ret)                                         \
	{                                                                                          \
		struct scratch *s = scratch();                                                     \
		struct call_args args;                                                             \
		if (!s)                                                                            \
			return 0;                                                                  \
		load_args(regs, &args);                                                            \
		return name##_body(s, args, is_restart(ret) ? -EINTR : ret);                       \
	}                                                                                          \
	static __always_inline int name##_body(struct scratch *s, struct call_args args, long ret)

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	u64 number = number_of(regs);
	if (number >= 512 || !(calls[number] | compat_calls[number]))
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	if (!is_watched(task))
		return 0;
	u8 call = call_of(regs, is_compat(task));
	if (call && is_end(call, ret))
		bpf_tail_call(ctx, &families, call >> 4);
	return 0;
}
