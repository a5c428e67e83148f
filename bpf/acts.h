/* Acts upon other processes and the kernel by labelled tasks: ptrace, signals, mounts, rights,
 * modules, BPF, memory files, io_uring. Attached to sys_exit with the other families. */
#pragma once

#define BPF_PROG_LOAD_COMMAND 5

/* Start of another process by pid: looked up where the helper exists, else user space does. */
static __always_inline struct act_record *begin_act(struct scratch *s, u32 op, u64 label)
{
	struct act_record *r = (void *)s->bytes;
	begin(&r->header, RECORD_ACT, label);
	r->op = op;
	r->error = 0;
	r->pad = 0;
	r->a = r->b = r->c = r->d = 0;
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
		if (args.a[0] != 16 && args.a[0] != 0x4206) /* ATTACH, SEIZE */
			return 0;
		r->op = ACT_PTRACE;
		r->a = (u32)args.a[1];
		r->b = args.a[0];
		break;
	case CALL_VM_WRITE:
		r->op = ACT_PTRACE;
		r->a = (u32)args.a[0];
		r->b = 0xffff;
		break;
	case CALL_KILL:
	case CALL_TKILL:
	case CALL_TGKILL: {
		s32 target = args.a[0];
		s32 number = args.call == CALL_TGKILL ? args.a[2] : args.a[1];
		if (!number || (u32)target == own || args.call == CALL_TKILL)
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
		const struct cred *cred = BPF_CORE_READ(task, cred);
		r->op = ACT_CREDENTIALS;
		r->a = (u64)BPF_CORE_READ(cred, gid.val) << 32 | BPF_CORE_READ(cred, uid.val);
		r->b = (u64)BPF_CORE_READ(cred, egid.val) << 32 | BPF_CORE_READ(cred, euid.val);
		bpf_core_read(&r->c, sizeof(r->c), &cred->cap_effective);
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
