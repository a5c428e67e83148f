/* The actor upon other processes and the kernel. */
#pragma once

/* When a process started, in hundredths of a second since boot. */
static void say_start(pid_t pid)
{
	char path[64], line[1024] = "";
	unsigned long long start = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	int fd = MUST(open(path, O_RDONLY));
	MUST(read(fd, line, sizeof(line) - 1));
	char *at = strrchr(line, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		start = strtoull(at, NULL, 10);
	say("start=%llu\n", start);
}
static void traced(void)
{
	CHILD(child, pause());
	say_start(child);
	int status;
	if (ptrace(PTRACE_ATTACH, child, 0, 0))
		skip("ptrace");
	MUST(waitpid(child, &status, 0));
	MUST(ptrace(PTRACE_DETACH, child, 0, 0));
	kill(child, SIGKILL);
	wait_for(child);
}
static void signalled(void)
{
	CHILD(child, pause());
	say_start(child);
	MUST(kill(child, 0));
	MUST(kill(child, SIGKILL));
	wait_for(child);
}
/* Two of a group, by one call. */
static void group_signalled(void)
{
	int whole[2];
	MUST(pipe(whole));
	CHILD(first, {
		MUST(setpgid(0, 0));
		CHILD(second, pause());
		give(whole[1], 1);
		pause();
	});
	take(whole[0], 1);
	MUST(kill(-first, SIGKILL));
	wait_for(first);
}
/* PID 1 may not be hit by those who are nobody. */
static void signal_refused(void)
{
	MUST(setresuid(65534, 65534, 65534));
	if (kill(1, SIGTERM) == 0)
		exit(99);
}
static void mounted(void)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip("no mount namespace");
	MUST(mkdir(in("point"), 0755));
	MUST(mount("a source", in("point"), "tmpfs", MS_NOSUID, NULL));
	run_self("create");
}
static void credentials(void)
{
	char line[256];
	unsigned long long all = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof(line), status))
		sscanf(line, "CapEff: %llx", &all);
	say("all=%llu\n", all);
	MUST(setuid(0)); /* no change */
	MUST(setresgid(65534, 65534, 65534));
	MUST(setresuid(65534, 65534, 65534));
}
static void bpf_load(void)
{
	struct bpf_insn program[] = { { .code = 0xb7 }, { .code = 0x95 } }; /* r0 = 0; exit */
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2,
				.insns = (uintptr_t)program, .license = (uintptr_t) "GPL" };
	strcpy(attr.prog_name, "of_the_actor");
	if (syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)) < 0)
		skip("bpf");
}
static void memory_file(void)
{
	struct stat st;
	MUST(fstat(MUST(memfd_create("scratch", 0)), &st));
	say("device=%lu\ninode=%lu\n", (unsigned long)st.st_dev, (unsigned long)st.st_ino);
}
static void uring(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CLAMP };
	if (syscall(SYS_io_uring_setup, 8, &params) < 0)
		skip("io_uring");
}
