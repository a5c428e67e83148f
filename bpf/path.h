/* Names from kernel objects: a bounded walk up the dentries, so that no user memory is trusted.
 * A path is written as its parts from the leaf to the root, each ended by a zero byte; user space
 * turns them round. */
#pragma once

#define MAX_PARTS 96

struct walk {
	struct scratch *area;
	struct dentry *dentry;
	struct mount *mount;
	u32 offset;
	u32 done;
};

static long walk_step(u32 index, struct walk *w)
{
	struct scratch *s = w->area;
	struct dentry *dentry = w->dentry;
	struct mount *mount = w->mount;
	struct dentry *root = LOOK(mount, mnt.mnt_root);
	if (dentry == root) {
		struct mount *parent = LOOK(mount, mnt_parent);
		if (parent == mount || !parent) {
			w->done = 1;
			return 1;
		}
		w->dentry = LOOK(mount, mnt_mountpoint);
		w->mount = parent;
		return 0;
	}
	struct {
		struct dentry *up;
		u64 hash_and_length;
		const unsigned char *name;
	} d;
	/* They stand side by side: one copy instead of two, as long as they do. */
	if (!looks_directly &&
	    bpf_core_field_offset(dentry->d_name) + bpf_core_field_offset(((struct qstr *)0)->name) ==
		    bpf_core_field_offset(dentry->d_parent) + 16) {
		bpf_probe_read_kernel(&d, sizeof(d), (void *)dentry + bpf_core_field_offset(dentry->d_parent));
	} else {
		d.up = LOOK(dentry, d_parent);
		d.name = LOOK(dentry, d_name.name);
	}
	u32 at = w->offset & SCRATCH_MASK;
	long n = bpf_probe_read_kernel_str(&s->bytes[at], 256, d.name);
	if (n <= 0)
		return 1;
	w->offset = at + n;
	if (d.up == dentry) {
		/* Not below any mount: pipes, sockets, memory files. */
		w->done = 1;
		return 1;
	}
	w->dentry = d.up;
	return 0;
}

/* Appends the parts of the path of `dentry` below `mnt` at `offset`; returns the new offset. */
static __noinline u32 append_names(struct scratch *s, struct vfsmount *mnt, struct dentry *dentry,
				   u32 offset, u16 *caveats)
{
	struct walk w = {
		.area = s,
		.dentry = dentry,
		.mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt),
		.offset = offset,
	};
	if (!mnt || !w.dentry)
		return offset;
	bpf_loop(MAX_PARTS, walk_step, &w, 0);
	if (!w.done && caveats)
		*caveats |= CAVEAT_TRUNCATED;
	return w.offset & SCRATCH_MASK;
}

static __always_inline u32 append_path(struct scratch *s, struct path *path, u32 offset, u16 *caveats)
{
	return append_names(s, LOOK(path, mnt), LOOK(path, dentry), offset, caveats);
}

static __always_inline struct file *file_of(struct task_struct *task, s64 fd)
{
	struct fdtable *table = LOOK(task, files, fdt);
	struct file *file = NULL;
	if (fd < 0 || fd >= LOOK(table, max_fds))
		return NULL;
	struct file **slots = LOOK(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* Appends text the kernel holds. */
static __always_inline u32 append_kernel_text(struct scratch *s, u32 offset, const void *text)
{
	u32 at = offset & SCRATCH_MASK;
	long n = bpf_probe_read_kernel_str(&s->bytes[at], 4096, text);
	return n > 0 ? at + n : at;
}

/* Appends text from user memory: the record has to say so. */
static __always_inline u32 append_user_text(struct scratch *s, u32 offset, const void *text)
{
	u32 at = offset & SCRATCH_MASK;
	long n = text ? bpf_probe_read_user_str(&s->bytes[at], 4096, text) : 0;
	return n > 0 ? at + n : at;
}

#define MAX_GROUPS 24

struct climb {
	struct scratch *area;
	struct kernfs_node *node;
	u32 offset;
};

static long climb_step(u32 index, struct climb *c)
{
	struct scratch *s = c->area;
	struct kernfs_node *node = c->node;
	struct kernfs_node *up;
	if (bpf_core_field_exists(node->__parent))
		up = BPF_CORE_READ(node, __parent);
	else
		up = BPF_CORE_READ(node, parent);
	if (!up)
		return 1;
	u32 at = c->offset & SCRATCH_MASK;
	long n = bpf_probe_read_kernel_str(&s->bytes[at], 256, BPF_CORE_READ(node, name));
	if (n <= 0)
		return 1;
	c->offset = at + n;
	c->node = up;
	return 0;
}

/* Appends the path of the task's control group, in the form of append_path: of the unified tree, or
 * where the task is at its root, of the first tree of version 1. */
static __noinline u32 append_group(struct scratch *s, struct task_struct *task, u32 offset)
{
	struct climb c = {
		.area = s,
		.node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn),
		.offset = offset & SCRATCH_MASK,
	};
	if (c.node)
		bpf_loop(MAX_GROUPS, climb_step, &c, 0);
	if (c.offset == (offset & SCRATCH_MASK)) {
		c.node = BPF_CORE_READ(task, cgroups, subsys[0], cgroup, kn);
		if (c.node)
			bpf_loop(MAX_GROUPS, climb_step, &c, 0);
	}
	return c.offset & SCRATCH_MASK;
}
