/* Sockets: connect, accept, bind, listen of labelled tasks at the end of the call, by the kernel's
 * own copy of the addresses; datagrams to unconnected peers and new sockets by cgroup hooks; the end
 * of a TCP flow with its bytes.
 *
 * Assumed prototype: inet_sock_set_state(const struct sock *sk, const int old, const int new)
 */
#pragma once

#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_CLOSE 7
#define SOCK_DONE 2 /* bit 1 of sk_flags: the other side has said its last */
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_UDPLITE 136
#define SOCK_RAW 3

/* Whose socket: by cookie, for hooks that do not run in the task's context. */
struct socket_owner {
	u64 start_ns;
	u64 label;
	u32 pid;
	u32 by_packet; /* each names its end, and no hook of connections sees it */
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, struct socket_owner);
} sockets SEC(".maps");

static __always_inline void copy_address(u8 *to, struct sock *sk, bool remote, u32 family)
{
	if (family == AF_INET) {
		u32 ip = remote ? BPF_CORE_READ(sk, __sk_common.skc_daddr)
				: BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		__builtin_memcpy(to, &ip, 4);
	} else if (family == AF_INET6) {
		struct in6_addr ip;
		if (remote)
			ip = BPF_CORE_READ(sk, __sk_common.skc_v6_daddr);
		else
			ip = BPF_CORE_READ(sk, __sk_common.skc_v6_rcv_saddr);
		__builtin_memcpy(to, &ip, 16);
	}
}

/* Who connected, or made the listener that was connected to: as the kernel keeps it for
 * SO_PEERCRED, by its pid on the host. */
static __always_inline u32 peer_of(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_peer_pid, numbers[0].nr);
}

static __always_inline void describe_socket(struct net_record *r, struct sock *sk)
{
	r->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	r->protocol = BPF_CORE_READ(sk, sk_protocol);
	r->kind = BPF_CORE_READ(sk, sk_type);
	r->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	if (r->family == AF_UNIX)
		r->peer_pid = peer_of(sk);
	if (r->family != AF_INET && r->family != AF_INET6)
		return;
	r->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	r->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	copy_address(r->local, sk, false, r->family);
	copy_address(r->remote, sk, true, r->family);
}

/* The path of a Unix socket: of the peer where there is one, else its own. */
static __always_inline u32 append_unix_name(struct scratch *s, struct sock *sk, u32 offset, bool peer)
{
	struct sock *named = peer ? BPF_CORE_READ((struct unix_sock *)sk, peer) : sk;
	struct unix_address *address = named ? BPF_CORE_READ((struct unix_sock *)named, addr) : NULL;
	u32 at = offset & SCRATCH_MASK;
	if (!address)
		return at;
	u32 length = BPF_CORE_READ(address, len);
	if (length <= 2 || length > 110)
		return at;
	length -= 2;
	asm volatile("" : "+r"(length));
	if (length > 108)
		return at;
	const void *name = (const void *)address + bpf_core_field_offset(struct unix_address, name) + 2;
	if (bpf_probe_read_kernel(&s->bytes[at], length, name))
		return at;
	return at + length;
}

static __always_inline struct net_record *begin_net(struct scratch *s, u32 op, u64 label)
{
	struct net_record *r = (void *)s->bytes;
	__builtin_memset(r, 0, sizeof(*r));
	begin(&r->header, RECORD_NET, label);
	r->op = op;
	return r;
}

/* The peer that a caller wants, where the kernel keeps none: only the caller's memory knows. */
static __always_inline void copy_wanted_peer(struct net_record *r, const void *address)
{
	struct { u16 family; u16 port; u32 ip4; u8 ip6[16]; } to = {};
	bpf_probe_read_user(&to, sizeof(to), address);
	if (to.family != AF_INET && to.family != AF_INET6)
		return;
	r->header.caveats |= CAVEAT_USER_MEMORY;
	r->family = to.family;
	r->remote_port = __builtin_bswap16(to.port);
	if (to.family == AF_INET)
		__builtin_memcpy(r->remote, &to.ip4, 4);
	else
		__builtin_memcpy(r->remote, to.ip6, 16);
}

/* From now on the socket is this process's: its packets and its end. */
static __always_inline void own_socket(struct net_record *r, u64 label)
{
	struct socket_owner owner = {
		.start_ns = r->header.start_ns, .label = label, .pid = r->header.pid,
	};
	u64 cookie = r->cookie;
	struct socket_owner *maker = bpf_map_lookup_elem(&sockets, &cookie);
	if (maker)
		owner.by_packet = maker->by_packet;
	if (cookie)
		bpf_map_update_elem(&sockets, &cookie, &owner, BPF_ANY);
}

FAMILY(on_socket)
{
	if (args.call < CALL_CONNECT || args.call > CALL_LISTEN)
		return 0; /* data through the 32-bit multiplexer: not followed */
	bool accepted = args.call == CALL_ACCEPT;
	if (ret == -EPERM)
		end_doomed();
	if (ret < 0 && args.call != CALL_CONNECT)
		return 0;
	u32 op = args.call == CALL_CONNECT ? NET_CONNECT
		 : accepted		   ? NET_ACCEPT
		 : args.call == CALL_BIND  ? NET_BIND
					   : NET_LISTEN;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct file *file = file_of(task, accepted ? (s32)ret : (s32)args.a[0]);
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	u64 label = label_of(bpf_get_current_task_btf());
	struct net_record *r = begin_net(s, op, label);
	describe_socket(r, sk);
	r->header.caveats = origin(&args) | (ret < 0 && ret != -115 ? CAVEAT_FAILED : 0);
	r->error = ret < 0 ? -ret : 0;
	u32 end = sizeof(*r);
	if (r->family == AF_UNIX) {
		u32 at = append_unix_name(s, sk, end, op == NET_CONNECT);
		r->path_length = at - end;
		end = at;
	} else if (r->family != AF_INET && r->family != AF_INET6) {
		if (op != NET_BIND && op != NET_CONNECT)
			return 0;
	}
	if (op == NET_CONNECT && r->error && (r->family == AF_INET || r->family == AF_INET6)) {
		if (!r->remote_port) /* a refused connect has left no peer in the socket */
			copy_wanted_peer(r, (void *)args.a[1]);
	}
	if (op == NET_CONNECT || accepted)
		own_socket(r, label);
	send(&r->header, end, false);
	return 0;
}

static __always_inline bool is_loopback(const struct endpoint *e)
{
	if (e->words[0] || e->words[1])
		return false;
	if (!e->words[2])
		return e->words[3] == __builtin_bswap32(1);
	return e->words[2] == __builtin_bswap32(0xffff) && e->address[12] == 127;
}

/* The other end is one where a model answers. */
static __always_inline bool leads_to_model(struct sock *sk)
{
	struct endpoint e = { .port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport)) };
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		e.address[10] = e.address[11] = 0xff;
		copy_address(e.address + 12, sk, true, AF_INET);
	} else {
		copy_address(e.address, sk, true, AF_INET6);
	}
	if (bpf_map_lookup_elem(&endpoints, &e))
		return true;
	struct endpoint any_port = e;
	any_port.port = 0;
	if (bpf_map_lookup_elem(&endpoints, &any_port))
		return true;
	if (!is_loopback(&e))
		return false;
	struct endpoint here = { .port = e.port };
	return bpf_map_lookup_elem(&endpoints, &here);
}

/* Whoever begins a connection to a model is told, also if nobody's: in the caller's own context,
 * before the first packet. What labelled tasks do is told at the end of their call. */
static __always_inline void on_stranger_connects(struct sock *sk)
{
	if (label_of(bpf_get_current_task_btf()) || !leads_to_model(sk))
		return;
	struct net_record r = {};
	begin(&r.header, RECORD_NET, 0);
	r.op = NET_CONNECT;
	describe_socket(&r, sk);
	send(&r.header, sizeof(r), false);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int old, int state)
{
	if (state == TCP_SYN_SENT)
		on_stranger_connects(sk);
	/* A taken connection has no cookie until someone asks: asked here, so that accept finds it. */
	if (state == TCP_ESTABLISHED && old == TCP_SYN_RECV)
		bpf_get_socket_cookie(sk);
	if (state != TCP_CLOSE || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	u64 cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	if (!cookie)
		return 0;
	struct socket_owner *owner = bpf_map_lookup_elem(&sockets, &cookie);
	if (!owner)
		return 0;
	u64 label = owner->label;
	if (label && bpf_map_lookup_elem(&labels, &label)) {
		/* Runs in interrupts too: build on the stack, not in the scratch area. */
		struct net_record r = {};
		begin(&r.header, RECORD_NET, label);
		r.header.start_ns = owner->start_ns;
		r.header.pid = owner->pid;
		r.op = NET_CLOSE;
		describe_socket(&r, sk);
		if (!r.local_port) /* given back already */
			r.local_port = __builtin_bswap16(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
		r.sent = BPF_CORE_READ((struct tcp_sock *)sk, bytes_sent) -
			 BPF_CORE_READ((struct tcp_sock *)sk, bytes_retrans);
		/* The kernel counts the end of a stream as a byte. */
		r.received = BPF_CORE_READ((struct tcp_sock *)sk, bytes_received);
		if (r.received && BPF_CORE_READ(sk, __sk_common.skc_flags) & SOCK_DONE)
			r.received--;
		if (old != TCP_SYN_SENT) /* a connect that never came to be has said so itself */
			send(&r.header, sizeof(r), false);
	}
	bpf_map_delete_elem(&sockets, &cookie);
	return 0;
}

/* A new socket of anyone: gives it a cookie and remembers who made it, so that packets have an
 * owner. */
SEC("cgroup/sock_create")
int on_sock_create(struct bpf_sock *ctx)
{
	u64 cookie = bpf_get_socket_cookie(ctx);
	struct task_struct *task = (void *)bpf_get_current_task();
	struct socket_owner owner = {
		.start_ns = BPF_CORE_READ(task, group_leader, start_boottime),
		.pid = BPF_CORE_READ(task, tgid),
	};
	u64 *label = bpf_map_lookup_elem(&process_labels, &owner.pid);
	u32 protocol = ctx->protocol;
	if (label)
		owner.label = *label;
	owner.by_packet = ctx->type == SOCK_RAW || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP &&
						    protocol != IPPROTO_UDPLITE);
	bpf_map_update_elem(&sockets, &cookie, &owner, BPF_ANY);
	return 1;
}

static __always_inline int on_datagram(struct bpf_sock_addr *ctx, u32 family)
{
	u64 cookie = bpf_get_socket_cookie(ctx);
	struct socket_owner *owner = bpf_map_lookup_elem(&sockets, &cookie);
	if (!owner || !owner->label)
		return 1;
	u64 label = owner->label;
	if (!bpf_map_lookup_elem(&labels, &label))
		return 1;
	struct net_record r = {};
	begin(&r.header, RECORD_NET, label);
	r.header.start_ns = owner->start_ns;
	r.header.pid = owner->pid;
	r.op = NET_SEND;
	r.family = family;
	r.protocol = IPPROTO_UDP;
	r.cookie = cookie;
	r.remote_port = __builtin_bswap16(ctx->user_port);
	u64 mix = r.remote_port;
	if (family == AF_INET) {
		u32 ip = ctx->user_ip4;
		__builtin_memcpy(r.remote, &ip, 4);
		mix |= (u64)ip << 16;
	} else {
		u32 ip[4] = { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] };
		__builtin_memcpy(r.remote, ip, 16);
		mix ^= ((u64)ip[0] << 32 | ip[1]) * 31 ^ ((u64)ip[2] << 32 | ip[3]) * 131;
	}
	struct fold_key key = { .start_ns = owner->start_ns, .dentry = mix, .op = 100 + family };
	u8 once = 1;
	if (bpf_map_update_elem(&seen, &key, &once, BPF_NOEXIST) == 0)
		send(&r.header, sizeof(r), false);
	return 1;
}

SEC("cgroup/sendmsg4")
int on_sendmsg4(struct bpf_sock_addr *ctx)
{
	return on_datagram(ctx, AF_INET);
}

SEC("cgroup/sendmsg6")
int on_sendmsg6(struct bpf_sock_addr *ctx)
{
	return on_datagram(ctx, AF_INET6);
}
