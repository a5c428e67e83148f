/* The actor as a process: forks, execs of every kind, places, ends. */
#pragma once

static void daemonise(void)
{
	CHILD(middle, {
		pid_t parent = getpid();
		setsid();
		CHILD(last, {
			/* Not before its parent is gone. */
			while (getppid() == parent)
				sched_yield();
			close(make(in("daemon")));
		});
	});
	wait_for(middle);
}
static void vforked(void)
{
	char *argv[] = { "true", "vforked", NULL }, *none[] = { NULL };
	pid_t child = vfork();
	if (!child) {
		execve("/bin/true", argv, none);
		_exit(99);
	}
	say("child=%d\n", MUST(child));
	wait_for(child);
}
static void *exec_here(void *ignored)
{
	say("thread=%d\n", gettid());
	run_self("create");
	return ignored;
}
static void threaded(void)
{
	pthread_t thread;
	MUST(-pthread_create(&thread, NULL, exec_here, NULL));
	pause();
}
static void exec_memfd(void)
{
	int fd = MUST(memfd_create("hidden", MFD_CLOEXEC));
	char *argv[] = { "kworker", "memory", NULL }, *none[] = { NULL };
	copy_to(fd, "/bin/true");
	say("inode=%lu\n", inode(fd));
	MUST(fexecve(fd, argv, none));
}
static void exec_deleted(void)
{
	int fd = copy_to(MUST(open(in("gone"), O_CREAT | O_WRONLY, 0755)), "/bin/true");
	char *argv[] = { "gone", NULL }, *none[] = { NULL };
	close(fd);
	fd = MUST(open(in("gone"), O_RDONLY | O_CLOEXEC));
	MUST(unlink(in("gone")));
	MUST(fexecve(fd, argv, none));
}
/* Arguments of `total` bytes, zero bytes counted. */
static void exec_long(size_t total)
{
	size_t rest = total - sizeof("true");
	char *part = malloc(rest);
	memset(part, 'a', rest - 1);
	part[rest - 1] = 0;
	char *argv[] = { "true", part, NULL };
	run("/bin/true", argv);
}
static void argv_whole(void)
{
	exec_long(32 << 10);
}
static void argv_beyond(void)
{
	exec_long(100 << 10);
}
static void script(void)
{
	int fd = make(in("script"));
	dprintf(fd, "#!/bin/sh\nexit 7\n");
	MUST(fchmod(fd, 0755));
	close(fd);
	char *real = realpath("/bin/sh", NULL), *argv[] = { "script", "word", NULL };
	say("interpreter=%s\n", real);
	MUST(chdir(dir));
	run("./script", argv);
}
static void ends(void)
{
	CHILD(coded, _exit(42));
	CHILD(killed, {
		signal(SIGTERM, SIG_DFL);
		raise(SIGTERM);
	});
	wait_for(coded);
	wait_for(killed);
}
static void elevated(void)
{
	char *argv[] = { "suid", NULL };
	int fd = copy_to(MUST(open(in("suid"), O_CREAT | O_WRONLY | O_CLOEXEC, 0755)), "/bin/true");
	MUST(fchmod(fd, 04755));
	close(fd);
	MUST(chmod(dir, 0755));
	MUST(setresgid(65534, 65534, 65534));
	MUST(setresuid(65534, 65534, 65534));
	run(in("suid"), argv);
}
static void terminal(void)
{
	int host = MUST(posix_openpt(O_RDWR | O_NOCTTY));
	MUST(unlockpt(host));
	char *name = ptsname(host);
	CHILD(child, {
		MUST(setsid());
		int own = MUST(open(name, O_RDWR));
		struct stat st;
		MUST(fstat(own, &st));
		say("tty=%u\n", (unsigned)st.st_rdev);
		char *argv[] = { "true", NULL };
		run("/bin/true", argv);
	});
	wait_for(child);
}

/* Joins a control group named like a container's and runs a program there. */
static void contained(void)
{
	char line[1024], root[512] = "", kind[64];
	FILE *mounts = fopen("/proc/self/mounts", "r");
	while (mounts && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%*s %511s %63s", root, kind) == 2 && strcmp(kind, "cgroup2") == 0)
			break;
	char group[1024], procs[1100], id[65] = "";
	for (int i = 0; i < 8; i++)
		sprintf(id + 8 * i, "%08x", getpid() + i);
	snprintf(group, sizeof(group), "%s/docker-%s.scope", root, id);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", group);
	if (mkdir(group, 0755))
		skip("no control group can be made");
	CHILD(child, {
		int fd = MUST(open(procs, O_WRONLY | O_CLOEXEC));
		MUST(write(fd, "0", 1));
		char *argv[] = { "true", NULL };
		run("/bin/true", argv);
	});
	say("container=%s\n", id);
	wait_for(child);
	MUST(rmdir(group));
}
static void own_spaces(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID))
		skip("no namespaces");
	CHILD(child, {
		struct stat st;
		MUST(stat("/proc/self/ns/mnt", &st));
		say("mnt=%lu\n", (unsigned long)st.st_ino);
		char *argv[] = { "true", NULL };
		run("/bin/true", argv);
	});
	struct stat st;
	MUST(stat("/proc/self/ns/pid_for_children", &st));
	say("space=%lu\n", (unsigned long)st.st_ino);
	wait_for(child);
}
