/* Numbers of acts inside records; `sensor/src/decode` reads the same names from here at build time. */
#pragma once

enum act_op {
	ACT_PIPE = 1, ACT_PTRACE = 2, ACT_SIGNAL = 3, ACT_MOUNT = 4, ACT_CREDENTIALS = 5,
	ACT_MODULE = 6, ACT_BPF = 7, ACT_MEMFD = 8, ACT_IO_URING = 9,
};
enum net_op {
	NET_CONNECT = 1, NET_ACCEPT = 2, NET_BIND = 3, NET_LISTEN = 4, NET_SEND = 5, NET_CLOSE = 6,
};
enum packet_op {
	PACKET_DNS_QUERY = 1, PACKET_DNS_ANSWER = 2, PACKET_CLIENT_HELLO = 3,
};
