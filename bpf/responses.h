/* What happens to a session that was told to end or to stand still, when it makes a process or starts a program
 * all the same: user space goes through the list of its processes, and here nobody gets ahead of it. */
#pragma once

/* Processes that a policy ends for what they wanted, until the end of the call in which they did: by pid, with
 * their start. Hooks of connections may refuse, but send no signal. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u64);
} doomed SEC(".maps");

#define SIGKILL 9
#define SIGSTOP 19

/* The current task belongs to the session of this label. */
static __always_inline void hold_back(u64 label)
{
	struct regime *regime = bpf_map_lookup_elem(&regimes, &label);
	if (!regime)
		return;
	if (regime->flags & REGIME_DEAD)
		bpf_send_signal(SIGKILL);
	else if (regime->flags & REGIME_FROZEN)
		bpf_send_signal(SIGSTOP);
}

/* At the end of a call that was refused. */
static __always_inline void end_doomed(void)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 *start_ns = bpf_map_lookup_elem(&doomed, &pid);
	if (start_ns && *start_ns == BPF_CORE_READ(task, group_leader, start_boottime))
		bpf_send_signal(SIGKILL);
}
