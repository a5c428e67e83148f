/* The actor as somebody who may be stopped: shell scripts that the test sends when it has put its rules in force,
 * and what those call. */
#pragma once

/* A shell of its own: the test's script comes from stdin. `$A` is the actor, `$D` its directory. */
static void shell(void)
{
	char *argv[] = { "sh", NULL };
	setenv("A", self, 1);
	setenv("D", dir, 1);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	execv("/bin/sh", argv);
	exit(99);
}

static socklen_t address_of(struct sockaddr_storage *to, const char *text, int port)
{
	memset(to, 0, sizeof(*to));
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;
	v4->sin_port = htons(port);
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		to->ss_family = AF_INET;
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		exit(99);
	to->ss_family = AF_INET6;
	return sizeof(*v6);
}
static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

/* dial ADDRESS PORT: says how a connection ends. */
static void dial(void)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(&to, rest[0], atoi(rest[1]));
	int fd = MUST(socket(to.ss_family, SOCK_STREAM, 0));
	say("%d\n", outcome(connect(fd, (void *)&to, length)));
}
static void bind_to(void)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(&to, rest[0], atoi(rest[1]));
	int fd = MUST(socket(to.ss_family, SOCK_STREAM, 0));
	say("%d\n", outcome(bind(fd, (void *)&to, length)));
}
static void send_to(void)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(&to, rest[0], atoi(rest[1]));
	int fd = MUST(socket(to.ss_family, SOCK_DGRAM, 0));
	say("%d\n", outcome(sendto(fd, "word", 4, 0, (void *)&to, length)));
}
static void raw(void)
{
	say("%d\n", outcome(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)));
}

/* Addresses from stdin, one a line; `<PATH` reads that file first. Says for each whether it may be connected to:
 * by a datagram socket, which sends nothing. */
static void judged(void)
{
	char line[512];
	int number = 0;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (line[0] == '<') {
			char secret[64];
			int fd = MUST(open(line + 1, O_RDONLY));
			MUST(read(fd, secret, sizeof(secret)));
			close(fd);
			continue;
		}
		struct sockaddr_storage to;
		socklen_t length = address_of(&to, line, 9);
		int fd = MUST(socket(to.ss_family, SOCK_DGRAM, 0));
		int how = outcome(connect(fd, (void *)&to, length));
		say("v%d=%d\n", number++, how == EPERM);
		close(fd);
	}
}
