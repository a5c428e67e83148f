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

/* raw_to ADDRESS: a packet of no protocol that hooks of connections know. */
static void raw_to(void)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(&to, rest[0], 0);
	int fd = MUST(socket(to.ss_family, SOCK_RAW, 253));
	say("%d\n", outcome(sendto(fd, "word", 4, 0, (void *)&to, length)));
}
/* Sends packets without any address. */
static void packets(void)
{
	say("%d\n", outcome(socket(17 /* AF_PACKET */, SOCK_DGRAM, 0)));
}

/* Upon the process whose number is given. */
static void peek(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &self, 1 };
	say("%d\n", outcome(process_vm_readv(atoi(rest[0]), &here, 1, &there, 1, 0)));
}
static void poke(void)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { &self, 1 };
	say("%d\n", outcome(process_vm_writev(atoi(rest[0]), &here, 1, &there, 1, 0)));
}
static void descriptor(void)
{
	int process = MUST(syscall(SYS_pidfd_open, atoi(rest[0]), 0));
	say("%d\n", outcome(syscall(SYS_pidfd_getfd, process, 0, 0)));
}
static void memory(void)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%s/mem", rest[0]);
	say("%d\n", outcome(open(path, O_RDONLY)));
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

static char loot[4096];
static size_t looted;

static void loot_from(int fd)
{
	ssize_t n;
	while ((n = MUST(read(fd, loot + looted, sizeof(loot) - looted))) > 0)
		looted += n;
}
static void loot_file(void)
{
	int fd = MUST(open(rest[2], O_RDONLY));
	loot_from(fd);
	close(fd);
}
static int dialled(int *fd)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(&to, rest[0], atoi(rest[1]));
	*fd = MUST(socket(to.ss_family, SOCK_STREAM, 0));
	return outcome(connect(*fd, (void *)&to, length));
}
/* Sends what was read, and says how the connection ended. */
static void carry(void)
{
	int fd, how = dialled(&fd);
	say("%d\n", how);
	if (!how)
		MUST(write(fd, loot, looted));
}
/* relay ADDRESS PORT: what comes from stdin. */
static void relay(void)
{
	loot_from(0);
	carry();
}
/* The rest are `NAME ADDRESS PORT SECRET`. First the connection, then the secret. */
static void held_open(void)
{
	int fd, how = dialled(&fd);
	loot_file();
	say("%d\n", how);
	signal(SIGPIPE, SIG_IGN);
	if (send(fd, loot, looted, MSG_DONTWAIT) < 0)
		say("sent=%d\n", errno);
}
/* A socket whose packets are those of others, before the secret. */
static void many_paths(void)
{
	say("%d\n", outcome(socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */)));
}
/* By a child that reads it, to a parent that has not. */
static void paired(void)
{
	int ends[2];
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	if (!MUST(fork())) {
		loot_file();
		MUST(write(ends[1], loot, looted));
		_exit(0);
	}
	close(ends[1]);
	loot_from(ends[0]);
	carry();
}
static void in_memory(void)
{
	int file = MUST(syscall(SYS_memfd_create, "loot", 0));
	MUST(ftruncate(file, 4096));
	pid_t child = MUST(fork());
	if (!child) {
		loot_file();
		char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
		memcpy(page, loot, looted);
		_exit(0);
	}
	wait_for(child);
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
	looted = strnlen(page, 4096);
	memcpy(loot, page, looted);
	carry();
}
static void shared(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child = MUST(fork());
	if (!child) {
		loot_file();
		memcpy(page, loot, looted);
		_exit(0);
	}
	wait_for(child);
	looted = strnlen(page, 4096);
	memcpy(loot, page, looted);
	carry();
}
/* Over a queue of System V, to who waits at it already. */
static void queued(void)
{
	struct { long kind; char text[4000]; } message = { .kind = 1 };
	int queue = MUST(msgget(IPC_PRIVATE, 0600));
	pid_t child = MUST(fork());
	if (!child) {
		loot_file();
		memcpy(message.text, loot, looted);
		MUST(msgsnd(queue, &message, looted, 0));
		_exit(0);
	}
	looted = MUST(msgrcv(queue, &message, sizeof(message.text), 0, 0));
	memcpy(loot, message.text, looted);
	wait_for(child);
	MUST(msgctl(queue, IPC_RMID, NULL));
	carry();
}
static void looped(void)
{
	int listener = bound(AF_INET, SOCK_STREAM);
	MUST(listen(listener, 1));
	int port = port_of(listener);
	if (!MUST(fork())) {
		loot_file();
		int fd = connected(AF_INET, SOCK_STREAM, port);
		MUST(write(fd, loot, looted));
		_exit(0);
	}
	int fd = MUST(accept(listener, NULL, NULL));
	loot_from(fd);
	carry();
}
/* A connection that is handed over: who opened it is gone. */
static void handed(void)
{
	int fd;
	dialled(&fd);
	if (MUST(fork()))
		_exit(0);
	loot_file();
	say("0\n");
	signal(SIGPIPE, SIG_IGN);
	send(fd, loot, looted, MSG_DONTWAIT);
}
/* swarm COUNT: so many that fork on and on, each of them with a thread of its own, and take no signal that can be
 * refused. It ends by itself, should nobody end it. */
static void *idle(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}
static void swarm(void)
{
	for (int i = 1; i < 32; i++)
		signal(i, SIG_IGN);
	for (int i = 0; i < atoi(rest[0]); i++) {
		if (MUST(fork()))
			continue;
		for (int depth = 0; depth < 40; depth++) {
			pthread_t thread;
			pthread_create(&thread, NULL, idle, NULL);
			usleep(20000);
			if (fork() > 0)
				break;
		}
		for (int tenths = 0; tenths < 300; tenths++)
			usleep(100000);
		_exit(0);
	}
	sleep(30);
}
