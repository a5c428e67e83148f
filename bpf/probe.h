/* Denials that prove a hook is really asked: each denies one harmless act of one task, ours, and is
 * loaded only for the moment of the test (`sensor/src/kernel/probe.rs`).
 *
 * Assumed prototype: socket_create(int family, int type, int protocol, int kern)
 */
#pragma once

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
