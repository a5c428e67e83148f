/* What a file is, by where it lies: the kernel's side of `KernelRules::of_path`. Folders and files are known by
 * their inodes, resolved by user space (`sensor/src/kernel/rules/places.rs`); names in folders and ends of paths by
 * their text, so that a file counts that is made later. Not seen: folders that are made later, names and parts of
 * more than 31 bytes, ends of more than three parts. */
#pragma once

#define MAX_DEPTH 48
#define MAX_NAMES 64

/* What is asked of a set of rules as a whole. */
struct rule_set {
	u64 secret;    /* Classes whose files are secrets. */
	u64 workspace; /* The classes of these names. */
	u64 own_tool;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, struct rule_set);
} rule_sets SEC(".maps");

struct place_key {
	u32 generation;
	u32 device;
	u64 inode;
};
/* A folder or file: what it and everything below it is, and is not; how many patterns of names its own files have;
 * what is somewhere below it. */
struct place {
	u64 below;
	u64 groups;
	u64 except;
	u64 names;
	u64 above;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, struct place_key);
	__type(value, struct place);
} places SEC(".maps");

/* Whose inode may be a place: a bit for each hash. A bit too many costs a look into `places`; most folders on the way
 * to a file have none. */
struct place_bits {
	u64 words[1 << 10];
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct place_bits);
} place_bits SEC(".maps");

struct name_key {
	struct place_key folder;
	u64 number;
};
/* The first bytes of a name, padded with zeros; or its last ones, padded in front. */
struct name_bytes {
	u64 words[4];
};
/* Files directly in the folder whose name begins and ends like this, as far as the masks go. */
struct name_pattern {
	u64 classes;
	u64 groups;
	u64 except;
	u64 shortest;
	struct name_bytes prefix, prefix_mask, suffix, suffix_mask;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct name_key);
	__type(value, struct name_pattern);
} names_in SEC(".maps");

/* Files whose path ends with up to three parts, by the last one; anywhere, or below a folder. */
struct ending_key {
	u32 generation;
	u32 number;
	struct name_bytes leaf;
};
struct ending {
	u64 classes;
	u64 groups;
	struct place_key below; /* inode 0: anywhere */
	struct name_bytes parent, grandparent; /* zeros: whatever */
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ending_key);
	__type(value, struct ending);
} endings SEC(".maps");

struct place_reads {
	struct dentry *up;
	u64 name[2];
	struct inode *inode;
	struct super_block *sb;
	u64 between[2];
	u64 number;
};
/* Stands in the last bytes of an area, where no record reaches. */
struct place_walk {
	u64 classes, groups, except, above;
	struct dentry *dentry;
	struct mount *mount;
	struct dentry *root; /* of the mount */
	struct super_block *sb;
	struct place_reads read;
	u64 workspace, workspace_device, workspace_inode;
	struct ending ending; /* fits, if the file lies below its folder */
	struct place_key key;
	struct name_key name;
	struct ending_key end;
	u64 length;
	struct name_bytes head;
	u8 tail[64];
};

static __always_inline struct place_walk *walk_in(struct scratch *s)
{
	return (void *)&s->bytes[SCRATCH_BYTES - sizeof(struct place_walk)];
}

static __always_inline bool fits(const struct name_bytes *name, const struct name_bytes *known,
				 const struct name_bytes *mask)
{
	u64 other = 0;
	for (int i = 0; i < 4; i++)
		other |= (name->words[i] ^ known->words[i]) & mask->words[i];
	return !other;
}

static long name_step(u32 index, struct place_walk **at)
{
	struct place_walk *w = *at;
	w->name.number = index;
	struct name_pattern *n = bpf_map_lookup_elem(&names_in, &w->name);
	if (!n)
		return 1;
	if (w->length >= n->shortest && fits(&w->head, &n->prefix, &n->prefix_mask) &&
	    fits((void *)w->tail, &n->suffix, &n->suffix_mask)) {
		w->classes |= n->classes;
		w->groups |= n->groups;
		w->except |= n->except;
	}
	return 0;
}

static __always_inline bool is_named(struct dentry *dentry, const struct name_bytes *name)
{
	struct name_bytes found = {};
	if (!name->words[0])
		return true;
	bpf_probe_read_kernel_str(&found, sizeof(found), LOOK(dentry, d_name.name));
	u64 other = 0;
	for (int i = 0; i < 4; i++)
		other |= found.words[i] ^ name->words[i];
	return !other;
}

static long ending_step(u32 index, struct place_walk **at)
{
	struct place_walk *w = *at;
	w->end.number = index;
	struct ending *e = bpf_map_lookup_elem(&endings, &w->end);
	if (!e)
		return 1;
	struct dentry *dentry = w->dentry;
	struct dentry *parent = LOOK(dentry, d_parent);
	if (!is_named(parent, &e->parent) || !is_named(LOOK(parent, d_parent), &e->grandparent))
		return 0;
	if (e->below.inode) {
		w->ending = *e;
		return 0;
	}
	w->classes |= e->classes;
	w->groups |= e->groups;
	return 0;
}

static __always_inline struct place *place_of(struct place_key *key)
{
	u32 zero = 0, at = ((key->inode ^ (u64)key->device << 32) * 0x9e3779b97f4a7c15) >> 48;
	struct place_bits *bits = bpf_map_lookup_elem(&place_bits, &zero);
	if (!bits || !(bits->words[at >> 6] >> (at & 63) & 1))
		return NULL;
	return bpf_map_lookup_elem(&places, key);
}

static long place_step(u32 index, struct place_walk **at)
{
	struct place_walk *w = *at;
	struct dentry *dentry = w->dentry;
	struct mount *mount = w->mount;
	struct place_reads *read = &w->read;
	/* What is asked for stands side by side: one copy instead of several, as long as it does. */
	if (!looks_directly && bpf_core_field_offset(dentry->d_inode) == bpf_core_field_offset(dentry->d_parent) + 24) {
		bpf_probe_read_kernel(&read->up, 32, (void *)dentry + bpf_core_field_offset(dentry->d_parent));
	} else {
		read->up = LOOK(dentry, d_parent);
		read->inode = LOOK(dentry, d_inode);
	}
	struct inode *inode = read->inode;
	if (!looks_directly && bpf_core_field_offset(inode->i_ino) == bpf_core_field_offset(inode->i_sb) + 24) {
		bpf_probe_read_kernel(&read->sb, 32, (void *)inode + bpf_core_field_offset(inode->i_sb));
	} else {
		read->sb = LOOK(inode, i_sb);
		read->number = LOOK(inode, i_ino);
	}
	if (read->sb != w->sb) {
		struct super_block *sb = read->sb;
		w->sb = sb;
		w->key.device = LOOK(sb, s_dev);
	}
	w->key.inode = read->number;
	struct place *place = place_of(&w->key);
	if (place) {
		w->classes |= place->below;
		w->groups |= place->groups;
		w->except |= place->except;
		if (index == 0)
			w->above = place->above;
		if (index == 1 && place->names) {
			w->name.folder = w->key;
			bpf_loop(MAX_NAMES, name_step, at, 0);
		}
	}
	if (w->ending.below.inode && w->ending.below.inode == w->key.inode &&
	    w->ending.below.device == w->key.device) {
		w->classes |= w->ending.classes;
		w->groups |= w->ending.groups;
	}
	if (w->workspace_inode && w->workspace_inode == w->key.inode && w->workspace_device == w->key.device)
		w->classes |= w->workspace;
	if (dentry == w->root) {
		struct mount *parent = LOOK(mount, mnt_parent);
		if (parent == mount || !parent)
			return 1;
		w->dentry = LOOK(mount, mnt_mountpoint);
		w->mount = parent;
		w->root = LOOK(parent, mnt.mnt_root);
		return 0;
	}
	struct dentry *up = read->up;
	if (up == dentry)
		return 1; /* below no mount */
	w->dentry = up;
	return 0;
}

/* What the file of this name is, into `w`: its classes, for a session of this regime if there is one, and the groups
 * of tools whose own it is. */
static __noinline void look_up_place(struct place_walk *w, u32 generation, struct vfsmount *mnt,
				     struct dentry *dentry, struct regime *regime)
{
	const unsigned char *name = LOOK(dentry, d_name.name);
	__builtin_memset(w, 0, sizeof(*w));
	w->dentry = dentry;
	struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	w->mount = mount;
	w->root = LOOK(mount, mnt.mnt_root);
	w->key.generation = generation;
	w->end.generation = generation;
	w->length = LOOK(dentry, d_name.len);
	bpf_probe_read_kernel_str(&w->head, sizeof(w->head), name);
	u32 last = w->length > 32 ? 32 : w->length;
	asm volatile("" : "+r"(last));
	if (last <= 32)
		bpf_probe_read_kernel(&w->tail[32 - last], last, name + w->length - last);
	w->end.leaf = w->head;
	struct rule_set *set = regime ? bpf_map_lookup_elem(&rule_sets, &generation) : NULL;
	if (set) {
		w->workspace = set->workspace;
		w->workspace_device = regime->workspace_device;
		w->workspace_inode = regime->workspace_inode;
	}
	bpf_loop(MAX_NAMES, ending_step, &w, 0);
	bpf_loop(MAX_DEPTH, place_step, &w, 0);
	w->classes &= ~w->except;
}
