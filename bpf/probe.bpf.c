/* What is tried before anything is relied on: denials that prove a hook is really asked, each of one
 * harmless act of one task, ours, and loaded only for the moment of the test; and a program at a
 * function. An object of its own, without maps and without the kernel's types, so that a try costs
 * little (`sensor/src/kernel/probe.rs`).
 *
 * Assumed prototype: socket_create(int family, int type, int protocol, int kern)
 */
#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define AF_UNIX 1

/* The thread that tests. */
const volatile u64 prober = 0;

SEC("?lsm/socket_create")
int BPF_PROG(deny_socket, int family, int type, int protocol, int kern)
{
	if (prober && bpf_get_current_pid_tgid() == prober && family == AF_UNIX) {
		/* A constant of its own: 6.12 cannot bound a negated comparison. */
		asm volatile("");
		return -1;
	}
	return 0;
}

SEC("?cgroup/connect4")
int deny_connect(struct bpf_sock_addr *ctx)
{
	return !(prober && bpf_get_current_pid_tgid() == prober);
}

/* At the function that user space names. */
SEC("?fexit")
int at_function(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
