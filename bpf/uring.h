/* Operations that come in through io_uring, where no system call names them: told when they are asked
 * for, by the kernel's own copy of the names, and marked, because how they end is not seen. Opens,
 * names, connections and writes; what moves through a socket shows in its bytes at the end.
 *
 * Assumed prototype: io_uring_submit_req(struct io_kiocb *req), before 6.3 io_uring_submit_sqe(struct
 * io_kiocb *req, bool force_nonblock): load.rs chooses.
 */
#pragma once

#define O_ACCMODE 3
#define O_PATH 010000000

/* Workers of a ring are threads that no fork made known: their process is asked then. */
static __always_inline u64 label_of_submitter(void)
{
	u64 label = label_of(bpf_get_current_task_btf());
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	u64 *known = label ? NULL : bpf_map_lookup_elem(&process_labels, &pid);
	if (!known)
		return label;
	label = *known;
	return bpf_map_lookup_elem(&labels, &label) ? label : 0;
}

static __always_inline u32 append_uring_name(struct scratch *s, struct file_record *r, u32 at, s32 fd,
					     struct filename *name, u32 *base_length, u32 *name_length)
{
	const char *text = BPF_CORE_READ(name, name);
	u16 caveats = r->header.caveats;
	u32 from = at;
	char first = 0;
	bpf_probe_read_kernel(&first, 1, text);
	if (first != '/')
		at = append_base(s, at, fd, &caveats);
	*base_length = at - from;
	from = at;
	at = append_kernel_text(s, at, text);
	*name_length = at - from;
	r->header.caveats = caveats;
	return at;
}

static __always_inline void uring_file(struct scratch *s, struct io_kiocb *req, u32 op, u64 label)
{
	struct file_record *r = begin_file(s, op, label);
	struct filename *from = NULL, *to = NULL;
	s32 from_fd = AT_FDCWD, to_fd = AT_FDCWD;
	r->header.caveats = CAVEAT_IO_URING;
	switch (op) {
	case OP_UNLINK:
		from = BPF_CORE_READ((struct io_unlink *)req, filename);
		from_fd = BPF_CORE_READ((struct io_unlink *)req, dfd);
		break;
	case OP_MKDIR:
		from = BPF_CORE_READ((struct io_mkdir *)req, filename);
		from_fd = BPF_CORE_READ((struct io_mkdir *)req, dfd);
		r->mode = BPF_CORE_READ((struct io_mkdir *)req, mode);
		break;
	case OP_RENAME:
		from = BPF_CORE_READ((struct io_rename *)req, oldpath);
		from_fd = BPF_CORE_READ((struct io_rename *)req, old_dfd);
		to = BPF_CORE_READ((struct io_rename *)req, newpath);
		to_fd = BPF_CORE_READ((struct io_rename *)req, new_dfd);
		break;
	case OP_LINK:
	case OP_SYMLINK:
		from = BPF_CORE_READ((struct io_link *)req, oldpath);
		from_fd = BPF_CORE_READ((struct io_link *)req, old_dfd);
		to = BPF_CORE_READ((struct io_link *)req, newpath);
		to_fd = BPF_CORE_READ((struct io_link *)req, new_dfd);
		break;
	default: {
		u64 flags = BPF_CORE_READ((struct io_open *)req, how.flags);
		from = BPF_CORE_READ((struct io_open *)req, filename);
		from_fd = BPF_CORE_READ((struct io_open *)req, dfd);
		r->op = flags & O_PATH		       ? OP_OPEN_PATH
			: (flags & O_ACCMODE) == 1 ? OP_OPEN_WRITE
			: (flags & O_ACCMODE) == 2 ? OP_OPEN_READ_WRITE
						   : OP_OPEN_READ;
	}
	}
	u32 end = append_uring_name(s, r, sizeof(*r), from_fd, from, &r->base_length, &r->name_length);
	if (to)
		end = append_uring_name(s, r, end, to_fd, to, &r->base2_length, &r->name2_length);
	send(&r->header, end, false);
}

static __always_inline void uring_write(struct scratch *s, struct io_kiocb *req, u64 label)
{
	struct file *file = file_of((void *)bpf_get_current_task(), BPF_CORE_READ(req, cqe.fd));
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	struct file_record *r = begin_file(s, OP_WRITE, label);
	r->header.caveats = CAVEAT_IO_URING;
	r->bytes = BPF_CORE_READ((struct io_rw *)req, len);
	if (describe(r, file, true))
		send_with_path(s, r, file);
}

static __always_inline void uring_connect(struct scratch *s, struct io_kiocb *req, u64 label)
{
	struct file *file = file_of((void *)bpf_get_current_task(), BPF_CORE_READ(req, cqe.fd));
	struct net_record *r = begin_net(s, NET_CONNECT, label);
	r->header.caveats = CAVEAT_IO_URING;
	if (file && (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK) {
		struct socket *socket = BPF_CORE_READ(file, private_data);
		describe_socket(r, BPF_CORE_READ(socket, sk));
	}
	copy_wanted_peer(r, BPF_CORE_READ((struct io_connect *)req, addr));
	own_socket(r, label);
	send(&r->header, sizeof(*r), false);
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_uring, struct io_kiocb *req)
{
	struct scratch *s = scratch();
	u64 label = label_of_submitter();
	if (!s || (!label && (!watch_everybody || (u32)(bpf_get_current_pid_tgid() >> 32) == own_pid)))
		return 0;
	u8 op = BPF_CORE_READ(req, opcode);
	if (label)
		uring_flow(req, op, label);
	switch (op) {
	case URING_OPENAT:
	case URING_OPENAT2: uring_file(s, req, OP_OPEN_READ, label); break;
	case URING_UNLINKAT: uring_file(s, req, OP_UNLINK, label); break;
	case URING_MKDIRAT: uring_file(s, req, OP_MKDIR, label); break;
	case URING_RENAMEAT: uring_file(s, req, OP_RENAME, label); break;
	case URING_LINKAT: uring_file(s, req, OP_LINK, label); break;
	case URING_SYMLINKAT: uring_file(s, req, OP_SYMLINK, label); break;
	case URING_WRITE:
	case URING_WRITE_FIXED: uring_write(s, req, label); break;
	case URING_CONNECT: uring_connect(s, req, label); break;
	}
	return 0;
}
