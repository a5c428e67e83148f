/* Hands laid on processes of others, where no security hook is asked that could refuse it: who reads or writes their
 * memory, or takes a descriptor of theirs, is ended in that call. Its end comes before the call is back, so it never
 * sees what it took, and the kernel moves no memory between processes for one that is about to end.
 *
 * Not judged: processes in a pid namespace of their own, for the numbers they use are not the host's; tracing, for
 * whom a tracer took hold of is left standing still when the tracer ends. */
#pragma once

#define PROC_MAGIC 0x9fa0
#define PIDFD_MAGIC 0x50494446

/* Whether the security hooks refuse it (`lsm.h`): then nobody is ended for it. */
const volatile u32 hooks_asked = 0;

static __always_inline u32 process_of(struct pid *pid)
{
	struct hlist_node *first = BPF_CORE_READ(pid, tasks[0].first);
	struct task_struct *task = (void *)first - bpf_core_field_offset(struct task_struct, pid_links);
	return first ? BPF_CORE_READ(task, tgid) : 0;
}

static __always_inline struct pid *pid_of_handle(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	char name[8] = {};
	if (BPF_CORE_READ(inode, i_sb, s_magic) == PIDFD_MAGIC)
		return BPF_CORE_READ(inode, i_private);
	/* Before 6.9 they were files without a file system of theirs. */
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	bool is_handle = name[0] == '[' && name[1] == 'p' && name[2] == 'i' && name[3] == 'd' && name[4] == 'f';
	return is_handle ? BPF_CORE_READ(file, private_data) : NULL;
}

/* The process whose memory the file is; 0: it is none. */
static __always_inline u32 whose_memory(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	char name[8] = {};
	if (BPF_CORE_READ(inode, i_sb, s_magic) != PROC_MAGIC)
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	if (name[0] != 'm' || name[1] != 'e' || name[2] != 'm' || name[3])
		return 0;
	struct proc_inode *proc = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
	struct pid *pid = BPF_CORE_READ(proc, pid);
	return pid ? process_of(pid) : 0;
}

/* Of nobody in this session. Of agents' tasks that are no process' first all are taken for its own: debuggers go
 * through the threads of what they have started. */
static __always_inline bool is_foreign(u32 pid, u64 label)
{
	u64 *theirs = bpf_map_lookup_elem(&process_labels, &pid);
	return theirs ? *theirs != label : !is_tagged(pid);
}

/* Ends the current process, if its session may lay no hands on this one. */
static __noinline int lay_hands(u32 on, u64 label)
{
	u32 generation = generation_in_force();
	struct regime *regime = bpf_map_lookup_elem(&regimes, &label);
	if (!on || !generation || !regime || !is_foreign(on, label))
		return 0;
	u32 book = book_of(regime, generation);
	if (book == NO_BOOK)
		return 0;
	struct ruling ruling = rule(generation, book, VERB_LOAD_CODE, 0, 0);
	if (goes_on(ruling))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	struct stopped_record r = {};
	ruling.effect = EFFECT_KILL;
	if (begin_stopped(&r, label, start_ns, bpf_get_current_pid_tgid() >> 32, VERB_LOAD_CODE, ruling, on)) {
		r.process = on;
		send(&r.header, sizeof(r), false);
	}
	bpf_send_signal(SIGKILL);
	return 1;
}

/* By a number that the caller says. */
static __always_inline void lay_hands_on_number(u32 number, u64 label)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!hooks_asked && !BPF_CORE_READ(task, thread_pid, level))
		lay_hands(number, label);
}

static __always_inline void lay_hands_on_handle(struct file *handle, u64 label)
{
	struct pid *pid = hooks_asked || !handle ? NULL : pid_of_handle(handle);
	if (pid)
		lay_hands(process_of(pid), label);
}

/* A file was opened, and nothing is read yet. */
static __always_inline void on_memory_opened(struct file *file, u64 label)
{
	if (!hooks_asked)
		lay_hands(whose_memory(file), label);
}
