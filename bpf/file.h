/* Files: what was opened, created, written, renamed, removed, changed, by labelled tasks.
 *
 * Names come from the file behind the returned descriptor (a kernel object); only where no object is
 * left to ask (unlink, rename, links) the name is read from user memory after the call, joined to the
 * kernel's own directory path, and the record says so.
 *
 * Floods fold here: the first two equal acts of a process on a file are records, later ones are
 * counted in `folds` until user space takes the count. A first occurrence is never folded, and when a
 * map is full the act is sent as a record of its own: nothing is lost by folding.
 *
 * What every run of a program reads of the system (libraries, locales: three quarters of all opens of a
 * shell session) is told for the first run in an agent's tree and counted for the later ones: see
 * `routine_key`. */
#pragma once

#define AT_FDCWD -100
#define ENOENT 2

enum file_op {
	OP_OPEN_READ = 1, OP_OPEN_WRITE, OP_OPEN_READ_WRITE, OP_OPEN_PATH, OP_CREATE, OP_WRITE,
	OP_RENAME, OP_UNLINK, OP_CHMOD, OP_CHOWN, OP_SYMLINK, OP_LINK, OP_TRUNCATE, OP_MKDIR,
	OP_MKNOD, OP_MEMFD, OP_MODULE,
	OP_PIPE_READ, OP_PIPE_WRITE, OP_CLOSE,
};

/* Descriptors through which a regular file was written, so that their end can be told: at the end of
 * close the descriptor is empty. The file's names outlive it for a moment, which is checked. */
struct descriptor {
	struct files_struct *files;
	u32 fd;
	u32 pad;
};
struct written {
	struct vfsmount *mnt;
	struct dentry *dentry;
	u64 start_ns;
	u64 inode;
	u32 device;
	u32 name_hash;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct descriptor);
	__type(value, struct written);
} written_files SEC(".maps");

struct fold_key {
	u64 start_ns;
	u64 dentry;
	u32 name_hash;
	u32 op;
};
struct fold {
	u64 count;
	u64 bytes;
	u64 last_ns;
	/* Who was the last. */
	u64 start_ns;
	u32 pid;
	u32 pad;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct fold_key);
	__type(value, u8);
} seen SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct fold_key);
	__type(value, struct fold);
} folds SEC(".maps");

/* Counts an act by `who` where acts fold; false where they do not. */
static __always_inline bool counted(struct fold_key *key, struct header *who, u64 bytes)
{
	struct fold *f = bpf_map_lookup_elem(&folds, key);
	if (!f)
		return false;
	__sync_fetch_and_add(&f->count, 1);
	__sync_fetch_and_add(&f->bytes, bytes);
	f->last_ns = who->time_ns;
	f->start_ns = who->start_ns;
	f->pid = who->pid;
	struct tally *t = tally();
	if (t)
		__sync_fetch_and_add(&t->folded, 1);
	return true;
}

/* 0: first, send. 1: second, send and say that later ones fold. 2: folded, do not send. */
static __always_inline int fold(struct fold_key *key, struct header *who, u64 bytes)
{
	if (counted(key, who, bytes))
		return 2;
	u8 once = 1;
	if (bpf_map_update_elem(&seen, key, &once, BPF_NOEXIST) == 0)
		return 0;
	struct fold fresh = {};
	return bpf_map_update_elem(&folds, key, &fresh, BPF_NOEXIST) == 0 ? 1 : 0;
}

static __always_inline struct file_record *begin_file(struct scratch *s, u32 op, u64 label)
{
	struct file_record *r = (void *)s->bytes;
	begin(&r->header, RECORD_FILE, label);
	r->device = r->inode = r->bytes = r->dentry = 0;
	r->name_hash = r->mode = r->uid = r->gid = r->routine = 0;
	r->error = 0;
	r->op = op;
	r->path_length = r->base_length = r->name_length = 0;
	r->base2_length = r->name2_length = 0;
	return r;
}

/* False where the act folds into an earlier one. */
static __always_inline bool first_of(struct file_record *r)
{
	struct fold_key key = {
		.start_ns = r->header.start_ns, .dentry = r->dentry,
		.name_hash = r->name_hash, .op = r->op,
	};
	int verdict = fold(&key, &r->header, r->bytes);
	if (verdict == 1)
		r->header.caveats |= CAVEAT_FOLDING;
	return verdict != 2;
}

/* Describes `file`; returns false where the act folds into an earlier one. */
static __always_inline bool describe(struct file_record *r, struct file *file, bool may_fold)
{
	struct dentry *dentry = LOOK(file, f_path.dentry);
	struct inode *inode = LOOK(file, f_inode);
	r->device = LOOK(inode, i_sb, s_dev);
	r->inode = LOOK(inode, i_ino);
	r->dentry = (u64)dentry;
	r->name_hash = LOOK(dentry, d_name.hash);
	return !may_fold || first_of(r);
}

static __always_inline void send_with_path(struct scratch *s, struct file_record *r, struct file *file)
{
	u16 caveats = r->header.caveats;
	u32 at = append_path(s, &file->f_path, sizeof(*r), &caveats);
	r->header.caveats = caveats;
	r->path_length = at - sizeof(*r);
	send(&r->header, at, false);
}

/* Where a relative name starts: the directory of `fd`, or the working directory. */
static __always_inline u32 append_base(struct scratch *s, u32 offset, s32 fd, u16 *caveats)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (fd == AT_FDCWD) {
		struct fs_struct *fs = LOOK(task, fs);
		return append_path(s, &fs->pwd, offset, caveats);
	}
	struct file *file = file_of(task, fd);
	return file ? append_path(s, &file->f_path, offset, caveats) : offset;
}

static __always_inline bool is_absolute(const void *name)
{
	char first = 0;
	bpf_probe_read_user(&first, 1, name);
	return first == '/';
}

static __always_inline u32 append_name(struct scratch *s, struct file_record *r, u32 at, s32 fd,
				       const void *name, u32 *base_length, u32 *name_length)
{
	u16 caveats = r->header.caveats | CAVEAT_USER_MEMORY;
	u32 from = at;
	if (!is_absolute(name))
		at = append_base(s, at, fd, &caveats);
	*base_length = at - from;
	from = at;
	at = append_user_text(s, at, name);
	*name_length = at - from;
	r->header.caveats = caveats;
	return at;
}

static __always_inline u16 origin(struct call_args *args)
{
	return args->compat ? CAVEAT_COMPAT : 0;
}

#define OP_ROUTINE 0x100

static __always_inline u64 changed_ns(struct inode *inode)
{
	struct inode___third *third = (void *)inode;
	struct inode___second *second = (void *)inode;
	struct inode___first *first = (void *)inode;
	if (bpf_core_field_exists(third->i_ctime_sec))
		/* The highest bit says that somebody looked. */
		return LOOK(third, i_ctime_sec) * 1000000000 +
		       (LOOK(third, i_ctime_nsec) & 0x7fffffff);
	if (bpf_core_field_exists(second->__i_ctime))
		return LOOK(second, __i_ctime.tv_sec) * 1000000000 +
		       LOOK(second, __i_ctime.tv_nsec);
	return LOOK(first, i_ctime.tv_sec) * 1000000000 +
	       LOOK(first, i_ctime.tv_nsec);
}

/* The key under which runs of one program in one agent's tree read one state of one file, if the file is
 * root's, for all to read and for nobody else to write: there is no secret in it, and whoever changes it
 * makes another state of it. False for any other file. */
static __always_inline bool routine_key(struct file_record *r, struct file *file, struct fold_key *key)
{
	struct inode *inode = LOOK(file, f_inode);
	u16 mode = LOOK(inode, i_mode);
	if ((mode & S_IFMT) != S_IFREG || !(mode & S_IROTH) || mode & (S_IWGRP | S_IWOTH) ||
	    LOOK(inode, i_uid.val))
		return false;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inode *exe = LOOK(task, mm, exe_file, f_inode);
	u64 program = (u64)LOOK(exe, i_sb, s_dev) << 32 ^ LOOK(exe, i_ino);
	u64 state = (changed_ns(inode) ^ program * 0x9e3779b97f4a7c15) * 0x9e3779b97f4a7c15;
	key->start_ns = r->header.label;
	key->dentry = (u64)LOOK(inode, i_sb, s_dev) << 32 ^ LOOK(inode, i_ino);
	key->name_hash = (state >> 32) | 1;
	key->op = OP_OPEN_READ | OP_ROUTINE;
	return true;
}

/* Whether the path that ends at `end` belongs to the system: it is below /usr or a /lib, or is what the
 * loader and the C library read at every start. Its parts stand leaf first. */
static __always_inline bool of_system(struct scratch *s, u32 start, u32 end)
{
	/* What ends before the top folder's name, the name, and its zero. */
	char top[8] = {}, leaf[8] = {};
	bpf_probe_read_kernel(top, 7, &s->bytes[(end - 7) & SCRATCH_MASK]);
	if (!top[0] && top[1] == 'l' && top[2] == 'i' && top[3] == 'b' && top[4] == '6' &&
	    top[5] == '4' && !top[6])
		return true;
	if (top[2] || top[6])
		return false;
	if (top[3] == 'u' && top[4] == 's' && top[5] == 'r')
		return true;
	if (top[3] == 'l' && top[4] == 'i' && top[5] == 'b')
		return true;
	if (top[3] != 'e' || top[4] != 't' || top[5] != 'c')
		return false;
	bpf_probe_read_kernel(leaf, 7, &s->bytes[start & SCRATCH_MASK]);
	return (leaf[0] == 'l' && leaf[1] == 'd' && leaf[2] == '.' && leaf[3] == 's' && leaf[4] == 'o') ||
	       (leaf[0] == 'l' && leaf[1] == 'o' && leaf[2] == 'c' && leaf[3] == 'a' && leaf[4] == 'l' &&
		leaf[5] == 'e');
}

/* Sends an opening for reading, unless it is one that every run of the program does. */
static __always_inline void send_read(struct scratch *s, struct file_record *r, struct file *file)
{
	struct fold_key key = {};
	bool may = routine_key(r, file, &key);
	if (may && counted(&key, &r->header, 0))
		return;
	if (!describe(r, file, true))
		return;
	u16 caveats = r->header.caveats;
	u32 at = append_path(s, &file->f_path, sizeof(*r), &caveats);
	if (may && !(caveats & CAVEAT_FOLDING) && of_system(s, sizeof(*r), at)) {
		struct fold fresh = {};
		if (bpf_map_update_elem(&folds, &key, &fresh, BPF_NOEXIST) == 0) {
			caveats |= CAVEAT_FOLDING;
			r->routine = key.name_hash;
		}
	}
	r->header.caveats = caveats;
	r->path_length = at - sizeof(*r);
	send(&r->header, at, false);
}

FAMILY(on_open)
{
	u64 label = label_of(bpf_get_current_task_btf());
	if (ret < 0) {
		/* A name that is not there is no act; a refusal is. */
		if (ret == -ENOENT || ret < -4095 || args.call == CALL_OPEN_HANDLE)
			return 0;
		struct file_record *r = begin_file(s, OP_OPEN_PATH, label);
		bool at = args.call == CALL_OPENAT;
		r->header.caveats = origin(&args) | CAVEAT_FAILED;
		r->error = -ret;
		u32 end = append_name(s, r, sizeof(*r), at ? (s32)args.a[0] : AT_FDCWD,
				      (void *)(at ? args.a[1] : args.a[0]), &r->base_length,
				      &r->name_length);
		send(&r->header, end, false);
		return 0;
	}
	struct file *file = file_of((void *)bpf_get_current_task(), ret);
	if (!file)
		return 0;
	u32 mode = LOOK(file, f_mode);
	u32 op = mode & FMODE_CREATED ? OP_CREATE
		 : (mode & (FMODE_READ | FMODE_WRITE)) == (FMODE_READ | FMODE_WRITE)
			 ? OP_OPEN_READ_WRITE
		 : mode & FMODE_WRITE ? OP_OPEN_WRITE
		 : mode & FMODE_READ  ? OP_OPEN_READ
				      : OP_OPEN_PATH;
	if (label) {
		on_file_opened(s, file, label);
		on_memory_opened(file, label);
	}
	struct file_record *r = begin_file(s, op, label);
	r->header.caveats = origin(&args);
	r->mode = mode & (FMODE_READ | FMODE_WRITE);
	if (op == OP_OPEN_READ)
		send_read(s, r, file);
	else if (describe(r, file, op != OP_CREATE))
		send_with_path(s, r, file);
	return 0;
}

FAMILY(on_name)
{
	if (ret < 0 && ret != -1 && ret != -13)
		return 0;
	bool at = false;
	u32 op = 0, mode = 0, uid = -1, gid = -1;
	switch (args.call) {
	case CALL_UNLINKAT: at = true; /* fall through */
	case CALL_UNLINK:
	case CALL_RMDIR: op = OP_UNLINK; break;
	case CALL_MKDIRAT: at = true; /* fall through */
	case CALL_MKDIR: op = OP_MKDIR; mode = at ? args.a[2] : args.a[1]; break;
	case CALL_MKNODAT: at = true; /* fall through */
	case CALL_MKNOD: op = OP_MKNOD; mode = at ? args.a[2] : args.a[1]; break;
	case CALL_TRUNCATE: op = OP_TRUNCATE; break;
	case CALL_FCHMODAT: at = true; /* fall through */
	case CALL_CHMOD: op = OP_CHMOD; mode = at ? args.a[2] : args.a[1]; break;
	case CALL_FCHOWNAT:
		at = true;
		op = OP_CHOWN;
		uid = args.a[2];
		gid = args.a[3];
		break;
	case CALL_CHOWN: op = OP_CHOWN; uid = args.a[1]; gid = args.a[2]; break;
	default: return 0;
	}
	struct file_record *r = begin_file(s, op, label_of(bpf_get_current_task_btf()));
	r->header.caveats = origin(&args) | (ret < 0 ? CAVEAT_FAILED : 0);
	r->error = -ret;
	r->mode = mode;
	r->uid = uid;
	r->gid = gid;
	u32 end = append_name(s, r, sizeof(*r), at ? (s32)args.a[0] : AT_FDCWD,
			      (void *)(at ? args.a[1] : args.a[0]), &r->base_length, &r->name_length);
	send(&r->header, end, false);
	return 0;
}

FAMILY(on_pair)
{
	if (ret < 0 && ret != -1 && ret != -13)
		return 0;
	s32 from_fd = AT_FDCWD, to_fd = AT_FDCWD;
	const void *from = (void *)args.a[0], *to = (void *)args.a[1];
	u32 op;
	switch (args.call) {
	case CALL_RENAME: op = OP_RENAME; break;
	case CALL_LINK: op = OP_LINK; break;
	case CALL_SYMLINK: op = OP_SYMLINK; break;
	case CALL_SYMLINKAT:
		op = OP_SYMLINK;
		to_fd = args.a[1];
		to = (void *)args.a[2];
		break;
	case CALL_RENAMEAT:
	case CALL_LINKAT:
		op = args.call == CALL_RENAMEAT ? OP_RENAME : OP_LINK;
		from_fd = args.a[0];
		from = (void *)args.a[1];
		to_fd = args.a[2];
		to = (void *)args.a[3];
		break;
	default: return 0;
	}
	struct file_record *r = begin_file(s, op, label_of(bpf_get_current_task_btf()));
	r->header.caveats = origin(&args) | (ret < 0 ? CAVEAT_FAILED : 0);
	r->error = -ret;
	u32 end = append_name(s, r, sizeof(*r), from_fd, from, &r->base_length, &r->name_length);
	end = append_name(s, r, end, to_fd, to, &r->base2_length, &r->name2_length);
	send(&r->header, end, false);
	return 0;
}

FAMILY(on_descriptor)
{
	if (ret)
		return 0;
	u32 op = args.call == CALL_FCHMOD ? OP_CHMOD
		 : args.call == CALL_FCHOWN ? OP_CHOWN
					    : OP_TRUNCATE;
	struct file *file = file_of((void *)bpf_get_current_task(), (s32)args.a[0]);
	if (!file)
		return 0;
	struct file_record *r = begin_file(s, op, label_of(bpf_get_current_task_btf()));
	r->header.caveats = origin(&args);
	r->mode = args.a[1];
	r->uid = op == OP_CHOWN ? args.a[1] : -1;
	r->gid = op == OP_CHOWN ? args.a[2] : -1;
	if (describe(r, file, op == OP_TRUNCATE))
		send_with_path(s, r, file);
	return 0;
}

static __always_inline struct descriptor descriptor_of(s32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct descriptor d = { .files = LOOK(task, files), .fd = fd };
	return d;
}

static __always_inline void remember_written(struct file_record *r, struct file *file, s32 fd)
{
	struct descriptor d = descriptor_of(fd);
	struct written *known = bpf_map_lookup_elem(&written_files, &d);
	if (known && known->dentry == (void *)r->dentry && known->start_ns == r->header.start_ns)
		return;
	struct written w = {
		.mnt = LOOK(file, f_path.mnt), .dentry = (void *)r->dentry,
		.start_ns = r->header.start_ns, .inode = r->inode, .device = r->device,
		.name_hash = r->name_hash,
	};
	bpf_map_update_elem(&written_files, &d, &w, BPF_ANY);
}

static __always_inline void tell_close(struct scratch *s, struct call_args *args, u64 label)
{
	struct descriptor d = descriptor_of(args->a[0]);
	struct written *known = bpf_map_lookup_elem(&written_files, &d);
	if (!known)
		return;
	struct written w = *known;
	bpf_map_delete_elem(&written_files, &d);
	struct dentry *dentry = w.dentry;
	struct file_record *r = begin_file(s, OP_CLOSE, label);
	/* Of an earlier process with the same table, or the names are gone already. */
	if (w.start_ns != r->header.start_ns || LOOK(dentry, d_inode, i_ino) != w.inode ||
	    LOOK(dentry, d_name.hash) != w.name_hash)
		return;
	r->header.caveats = origin(args);
	r->device = w.device;
	r->inode = w.inode;
	r->dentry = (u64)dentry;
	r->name_hash = w.name_hash;
	if (!first_of(r))
		return;
	u16 caveats = r->header.caveats;
	u32 at = append_names(s, w.mnt, dentry, sizeof(*r), &caveats);
	r->header.caveats = caveats;
	r->path_length = at - sizeof(*r);
	send(&r->header, at, false);
}

/* Bytes that move: totals for regular files, and for pipes and Unix sockets the fact that this
 * process reads or writes there, once each. */
FAMILY(on_data)
{
	if (args.call == CALL_CLOSE) {
		if (!ret)
			tell_close(s, &args, label_of(bpf_get_current_task_btf()));
		return 0;
	}
	if (ret == -EPERM && args.call == CALL_SEND)
		end_doomed();
	if (ret <= 0)
		return 0;
	s32 fd = args.call == CALL_SPLICE ? args.a[2] : args.a[0];
	bool write = args.call != CALL_READ && args.call != CALL_RECEIVE;
	struct file *file = file_of((void *)bpf_get_current_task(), fd);
	if (!file)
		return 0;
	u16 kind = LOOK(file, f_inode, i_mode) & S_IFMT;
	u64 label = label_of(bpf_get_current_task_btf());
	if (!write)
		on_bytes_read(file);
	if (kind == S_IFREG) {
		if (!write)
			return 0;
		struct file_record *r = begin_file(s, OP_WRITE, label);
		r->header.caveats = origin(&args);
		r->bytes = ret;
		bool first = describe(r, file, true);
		remember_written(r, file, fd);
		if (first)
			send_with_path(s, r, file);
		return 0;
	}
	u64 pipe = LOOK(file, f_inode, i_ino);
	if (kind == S_IFSOCK) {
		struct socket *socket = LOOK(file, private_data);
		struct sock *sk = LOOK(socket, sk);
		if (LOOK(sk, __sk_common.skc_family) != AF_UNIX)
			return 0;
		/* One number for both ends: the lower inode of the pair. */
		struct sock *peer = LOOK((struct unix_sock *)sk, peer);
		u64 theirs = peer ? LOOK(peer, sk_socket, file, f_inode, i_ino) : 0;
		if (theirs && theirs < pipe)
			pipe = theirs;
	} else if (kind != S_IFIFO) {
		return 0;
	}
	struct fold_key key = {
		.start_ns = LOOK(bpf_get_current_task_btf(), group_leader, start_boottime),
		.dentry = pipe, .name_hash = kind, .op = write ? OP_PIPE_WRITE : OP_PIPE_READ,
	};
	u8 once = 1;
	if (bpf_map_update_elem(&seen, &key, &once, BPF_NOEXIST))
		return 0;
	struct act_record a = {};
	begin(&a.header, RECORD_ACT, label);
	a.header.caveats = origin(&args);
	a.op = ACT_PIPE;
	a.a = pipe;
	a.b = write;
	send(&a.header, sizeof(a), false);
	return 0;
}
