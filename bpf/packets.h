/* Names on the wire, for the whole host: DNS questions and answers over UDP, and the server name of
 * a TLS client hello. Every other packet leaves after two comparisons. The payload is parsed in user
 * space, where a mistake cannot hurt the kernel. */
#pragma once

#define PAYLOAD_MAX 1536
#define DNS_PORT 53

struct packet_scratch {
	u8 bytes[4096];
};
/* Packets arrive in soft interrupts, which may nest over a tracing program: an area of their own. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, struct packet_scratch);
} packet_scratches SEC(".maps");

struct ends {
	u32 family, protocol, source_port, target_port, payload;
	u8 source[16], target[16];
};

static __always_inline bool parse_ends(struct __sk_buff *skb, struct ends *e)
{
	u8 first = 0;
	u32 transport;
	if (bpf_skb_load_bytes(skb, 0, &first, 1))
		return false;
	if (first >> 4 == 4) {
		u8 protocol = 0;
		bpf_skb_load_bytes(skb, 9, &protocol, 1);
		e->family = AF_INET;
		e->protocol = protocol;
		transport = (first & 15) * 4;
		bpf_skb_load_bytes(skb, 12, e->source, 4);
		bpf_skb_load_bytes(skb, 16, e->target, 4);
	} else if (first >> 4 == 6) {
		u8 protocol = 0;
		bpf_skb_load_bytes(skb, 6, &protocol, 1);
		e->family = AF_INET6;
		e->protocol = protocol;
		transport = 40;
		bpf_skb_load_bytes(skb, 8, e->source, 16);
		bpf_skb_load_bytes(skb, 24, e->target, 16);
	} else {
		return false;
	}
	u16 ports[2] = {};
	if (bpf_skb_load_bytes(skb, transport, ports, 4))
		return false;
	e->source_port = __builtin_bswap16(ports[0]);
	e->target_port = __builtin_bswap16(ports[1]);
	if (e->protocol == IPPROTO_UDP) {
		e->payload = transport + 8;
		return true;
	}
	if (e->protocol != IPPROTO_TCP)
		return false;
	u8 words = 0;
	if (bpf_skb_load_bytes(skb, transport + 12, &words, 1))
		return false;
	e->payload = transport + (words >> 4) * 4;
	return true;
}

static __always_inline void send_packet(struct __sk_buff *skb, struct ends *e, u32 op, bool egress)
{
	u32 slot = egress;
	struct packet_scratch *s = bpf_map_lookup_elem(&packet_scratches, &slot);
	u64 cookie = bpf_get_socket_cookie(skb);
	struct socket_owner *owner = bpf_map_lookup_elem(&sockets, &cookie);
	if (!s || !owner)
		return;
	struct packet_record *r = (void *)s->bytes;
	__builtin_memset(r, 0, sizeof(*r));
	begin_for(&r->header, RECORD_PACKET, owner->label, owner->start_ns, owner->pid);
	r->op = op;
	r->cookie = cookie;
	r->family = e->family;
	r->local_port = egress ? e->source_port : e->target_port;
	r->remote_port = egress ? e->target_port : e->source_port;
	__builtin_memcpy(r->local, egress ? e->source : e->target, 16);
	__builtin_memcpy(r->remote, egress ? e->target : e->source, 16);
	u32 length = skb->len - e->payload;
	if (length > PAYLOAD_MAX) {
		length = PAYLOAD_MAX;
		r->header.caveats |= CAVEAT_TRUNCATED;
	}
	/* The verifier of 6.1 does not learn from `length == 0` that it is at least 1 afterwards; from
	 * one less, bounded, and one added again it does. */
	u32 last = length - 1;
	asm volatile("" : "+r"(last));
	if (last >= PAYLOAD_MAX)
		return;
	length = last + 1;
	if (bpf_skb_load_bytes(skb, e->payload, s->bytes + sizeof(*r), length))
		return;
	r->payload_length = length;
	send(&r->header, sizeof(*r) + length, false);
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	struct ends e = {};
	if (!parse_ends(skb, &e) || skb->len <= e.payload)
		return 1;
	if (e.protocol == IPPROTO_UDP) {
		if (e.target_port == DNS_PORT)
			send_packet(skb, &e, PACKET_DNS_QUERY, true);
		return 1;
	}
	/* TLS record of type handshake (22), version 3.x, holding a client hello (1). */
	u8 head[6] = {};
	if (skb->len < e.payload + 44 || bpf_skb_load_bytes(skb, e.payload, head, 6))
		return 1;
	if (head[0] == 22 && head[1] == 3 && head[5] == 1)
		send_packet(skb, &e, PACKET_CLIENT_HELLO, true);
	return 1;
}

SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *skb)
{
	struct ends e = {};
	if (!parse_ends(skb, &e) || skb->len <= e.payload)
		return 1;
	if (e.protocol == IPPROTO_UDP && e.source_port == DNS_PORT)
		send_packet(skb, &e, PACKET_DNS_ANSWER, false);
	return 1;
}
