/* Acts upon other processes and the kernel by labelled tasks: ptrace, signals, mounts, rights,
 * modules, BPF, memory files, io_uring. Attached to sys_exit with the other families. */
#pragma once

#define BPF_PROG_LOAD_COMMAND 5
#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206
#define SI_QUEUE -1
#define SI_TKILL -6

/* The task that `task` has taken hold of last. */
static __always_inline struct task_struct *newest_tracee(struct task_struct *task)
{
	struct list_head *first = BPF_CORE_READ(task, ptraced.next);
	struct list_head *none = (void *)task + bpf_core_field_offset(struct task_struct, ptraced);
	if (!first || first == none)
		return NULL;
	return (void *)first - bpf_core_field_offset(struct task_struct, ptrace_entry);
}

static __always_inline struct act_record *begin_act(struct scratch *s, u32 op, u64 label)
{
	struct act_record *r = (void *)s->bytes;
	begin(&r->header, RECORD_ACT, label);
	r->op = op;
	r->error = 0;
	r->pad = 0;
	r->a = r->b = r->c = r->d = r->e = r->f = 0;
	r->one_length = r->two_length = r->three_length = 0;
	return r;
}

static __always_inline u32 append_act_user_text(struct scratch *s, u32 at, u64 text, u32 *length)
{
	u32 end = append_user_text(s, at, (void *)text);
	*length = end - at;
	return end;
}

FAMILY(on_act)
{
	if (ret < 0 && ret != -1 && ret != -13)
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	u64 label = label_of(task);
	u32 own = bpf_get_current_pid_tgid() >> 32;
	struct act_record *r = begin_act(s, 0, label);
	u32 end = sizeof(*r);
	r->header.caveats = origin(&args) | (ret < 0 ? CAVEAT_FAILED : 0);
	r->error = ret < 0 ? -ret : 0;
	switch (args.call) {
	case CALL_PTRACE:
		if (args.a[0] != PTRACE_ATTACH && args.a[0] != PTRACE_SEIZE)
			return 0;
		r->op = ACT_PTRACE;
		r->a = (u32)args.a[1];
		r->b = args.a[0];
		struct task_struct *tracee = ret ? NULL : newest_tracee((void *)task);
		if (tracee) {
			r->a = (u32)BPF_CORE_READ(tracee, tgid);
			r->c = BPF_CORE_READ(tracee, group_leader, start_boottime);
		}
		break;
	case CALL_VM_WRITE:
		r->op = ACT_PTRACE;
		r->a = (u32)args.a[0];
		r->b = 0xffff;
		break;
	case CALL_KILL:
	case CALL_TKILL:
	case CALL_TGKILL: {
		/* Those that are sent, on_signal tells with their target; these were refused. */
		s32 target = args.a[0];
		s32 number = args.call == CALL_TGKILL ? args.a[2] : args.a[1];
		if (!ret || !number || (u32)target == own)
			return 0;
		r->op = ACT_SIGNAL;
		r->a = (u32)target;
		r->b = number;
		break;
	}
	case CALL_MOUNT:
		r->op = ACT_MOUNT;
		r->a = args.a[3];
		r->header.caveats |= CAVEAT_USER_MEMORY;
		end = append_act_user_text(s, end, args.a[0], &r->one_length);
		end = append_act_user_text(s, end, args.a[1], &r->two_length);
		end = append_act_user_text(s, end, args.a[2], &r->three_length);
		break;
	case CALL_CREDENTIALS: {
		struct rights now = rights_of((void *)task);
		struct task_label *known = bpf_task_storage_get(&task_labels, task, 0, 0);
		r->op = ACT_CREDENTIALS;
		r->a = now.real;
		r->b = now.effective;
		r->c = now.capabilities;
		if (!known)
			break;
		if (!ret && now.real == known->rights.real && now.effective == known->rights.effective &&
		    now.capabilities == known->rights.capabilities)
			return 0; /* asked for what it has */
		r->d = known->rights.capabilities;
		r->e = known->rights.real;
		r->f = known->rights.effective;
		r->header.caveats |= CAVEAT_COMPARED;
		known->rights = now;
		break;
	}
	case CALL_INIT_MODULE:
		r->op = ACT_MODULE;
		break;
	case CALL_FINIT_MODULE: {
		struct file *file = file_of((void *)task, (s32)args.a[0]);
		r->op = ACT_MODULE;
		if (file) {
			u16 caveats = r->header.caveats;
			u32 at = append_path(s, &file->f_path, end, &caveats);
			r->one_length = at - end;
			end = at;
		}
		break;
	}
	case CALL_BPF:
		if (args.a[0] != BPF_PROG_LOAD_COMMAND)
			return 0;
		r->op = ACT_BPF;
		r->header.caveats |= CAVEAT_USER_MEMORY;
		u32 kind = 0;
		bpf_probe_read_user(&kind, sizeof(kind), (void *)args.a[1]);
		r->a = kind;
		if (args.a[2] >= 64) {
			/* attr.prog_name: 48 bytes into the attribute block */
			u32 at = end & SCRATCH_MASK;
			long n = bpf_probe_read_user_str(&s->bytes[at], 16, (void *)(args.a[1] + 48));
			if (n > 0) {
				r->one_length = n;
				end = at + n;
			}
		}
		break;
	case CALL_MEMFD: {
		struct file *file = file_of((void *)task, ret);
		r->op = ACT_MEMFD;
		if (!file)
			return 0;
		r->a = BPF_CORE_READ(file, f_inode, i_ino);
		r->b = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
		u16 caveats = r->header.caveats;
		u32 at = append_path(s, &file->f_path, end, &caveats);
		r->one_length = at - end;
		end = at;
		break;
	}
	case CALL_IO_URING:
		r->op = ACT_IO_URING;
		r->a = (u32)args.a[0];
		u32 flags = 0;
		/* struct io_uring_params: sq_entries, cq_entries, flags */
		bpf_probe_read_user(&flags, sizeof(flags), (void *)(args.a[1] + 8));
		r->b = flags;
		break;
	default:
		return 0;
	}
	send(&r->header, end, false);
	return 0;
}

/* Signals to other processes, where the kernel hands them over: with the target itself, of every way
 * to send one, each member of a group by itself. Runs in the sender's context.
 *
 * Assumed prototype: signal_generate(int sig, struct kernel_siginfo *info, struct task_struct *task,
 *                                    int group, int result)
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int number, struct kernel_siginfo *info, struct task_struct *target)
{
	/* 1: the kernel itself; 0: a process, without details. */
	if ((u64)info == 1)
		return 0;
	int code = info ? BPF_CORE_READ(info, si_code) : 0;
	if (code != 0 && code != SI_QUEUE && code != SI_TKILL)
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	u32 own = bpf_get_current_pid_tgid() >> 32, pid = BPF_CORE_READ(target, tgid);
	u64 label = label_of(task);
	if (pid == own || (!label && (!watch_everybody || own == own_pid)))
		return 0;
	struct act_record r = {};
	begin(&r.header, RECORD_ACT, label);
	r.op = ACT_SIGNAL;
	r.a = pid;
	r.b = number;
	r.c = BPF_CORE_READ(target, group_leader, start_boottime);
	send(&r.header, sizeof(r), false);
	return 0;
}
