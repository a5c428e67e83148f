/* The actor on files: by name, by descriptor, by the 32-bit table, in floods. */
#pragma once

static void create(void)
{
	int fd = make(in("made"));
	say("inode=%lu\n", inode(fd));
}
/* Not before its input ends. */
static void create_when_told(void)
{
	char nothing;
	while (MUST(read(0, &nothing, 1)))
		;
	create();
}
static void *open_to_read(void *path)
{
	return (void *)(long)(open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0);
}
static int run_for_errno(char *path)
{
	char *argv[] = { path, NULL };
	int status;
	pid_t child = MUST(fork());
	if (!child) {
		execv(path, argv);
		_exit(errno);
	}
	MUST(waitpid(child, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
/* By a call that names the folder by a descriptor. */
static void runs_at(void)
{
	char *argv[] = { "git", "push", "--force", NULL }, *none[] = { NULL };
	int folder = MUST(open(in("bin"), O_PATH | O_DIRECTORY));
	syscall(SYS_execveat, folder, "git", argv, none, 0);
	exit(errno);
}
/* By a call of 32 bits, from a program of 64. */
static void runs_narrow(void)
{
#ifdef __x86_64__
	struct { unsigned argv[4], none; char path[512], one[8], two[8], three[8]; } *low;
	long done;
	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		exit(99);
	strcpy(low->path, in("bin/git"));
	strcpy(low->one, "git");
	strcpy(low->two, "push");
	strcpy(low->three, "--force");
	low->argv[0] = (unsigned)(long)low->one;
	low->argv[1] = (unsigned)(long)low->two;
	low->argv[2] = (unsigned)(long)low->three;
	asm volatile("int $0x80" : "=a"(done) : "a"(11L), "b"((long)low->path), "c"((long)low->argv),
		     "d"((long)&low->none) : "memory");
	exit(-done);
#endif
}
static long in_another(const char *word, pid_t pid)
{
	if (!strcmp(word, "kill"))
		return kill(pid, SIGCONT);
	if (!strcmp(word, "limit")) {
		struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
		return prlimit(pid, RLIMIT_CPU, &none, NULL);
	}
	long done = ptrace(PTRACE_SEIZE, pid, 0, 0);
	int error = errno;
	if (done == 0)
		ptrace(PTRACE_DETACH, pid, 0, 0);
	errno = error;
	return done;
}
static long bpf_command(int command)
{
	struct bpf_insn program[] = { { .code = 0xb7 }, { .code = 0x95 } }; /* r0 = 0; exit */
	union bpf_attr attr = {};
	if (command == BPF_PROG_LOAD) {
		attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
		attr.insn_cnt = 2;
		attr.insns = (uintptr_t)program;
		attr.license = (uintptr_t) "GPL";
	}
	return syscall(SYS_bpf, command, &attr, sizeof(attr));
}
static long by_word(const char *word, char *path, char *other)
{
	struct { unsigned long long flags, mode, resolve; } how = { .flags = O_RDONLY };
	void *error = NULL;
	pthread_t thread;
	if (!strcmp(word, "read"))
		return open(path, O_RDONLY | O_CLOEXEC);
	if (!strcmp(word, "write"))
		return open(path, O_WRONLY | O_CLOEXEC);
	if (!strcmp(word, "make"))
		return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	if (!strcmp(word, "openat2"))
		return syscall(437, AT_FDCWD, path, &how, sizeof(how));
	if (!strcmp(word, "link"))
		return link(path, other);
	if (!strcmp(word, "symlink"))
		return symlink("anything", path);
	if (!strcmp(word, "rename"))
		return rename(path, other);
	if (!strcmp(word, "unlink"))
		return unlink(path);
	if (!strcmp(word, "mkdir"))
		return mkdir(path, 0700);
	if (!strcmp(word, "rmdir"))
		return rmdir(path);
	if (!strcmp(word, "chmod"))
		return chmod(path, 0755);
	if (!strcmp(word, "truncate"))
		return truncate(path, 1);
	if (!strcmp(word, "mount"))
		return mount("none", path, "tmpfs", 0, NULL);
	if (!strcmp(word, "bind"))
		return mount(path, other, NULL, MS_BIND, NULL);
	if (!strcmp(word, "own"))
		return unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -1 : 0;
	if (!strcmp(word, "thread")) {
		MUST(-pthread_create(&thread, NULL, open_to_read, path));
		pthread_join(thread, &error);
		errno = (long)error;
		return errno ? -1 : 0;
	}
	errno = run_for_errno(path);
	return errno ? -1 : 0;
}
/* Does what it is told, line by line, and says the error of each. */
static void obeys(void)
{
	char line[512], word[64], one[128], two[128];
	while (fgets(line, sizeof(line), stdin) && sscanf(line, "%63s %127s %127s", word, one, two) >= 2) {
		long done;
		errno = 0;
		if (!strcmp(word, "bpf"))
			done = bpf_command(atoi(one));
		else if (!strcmp(word, "kill") || !strcmp(word, "limit") || !strcmp(word, "seize"))
			done = in_another(word, atoi(one));
		else
			done = by_word(word, in(one), in(two));
		say("answer=%d\n", done < 0 ? errno : 0);
		if (done > 2)
			close(done); /* what is open for writing cannot be run */
	}
}
static void opened(void)
{
	close(make(in("there")));
	int fd = MUST(open(in("there"), O_RDONLY));
	say("inode=%lu\n", inode(fd));
	MUST(open(in("there"), O_WRONLY));
	MUST(open(in("there"), O_PATH));
	errno = 0;
	if (open(in("absent"), O_RDONLY) >= 0 || errno != ENOENT)
		exit(99);
}
static void relative(void)
{
	MUST(mkdir(in("below"), 0755));
	MUST(chdir(in("below")));
	close(make("../beside"));
	int at = MUST(open(dir, O_PATH | O_DIRECTORY));
	MUST(renameat(at, "beside", AT_FDCWD, "./deeper"));
	MUST(unlinkat(at, "below/../below/deeper", 0));
}
static void names(void)
{
	int fd = make(in("old"));
	say("inode=%lu\n", inode(fd));
	MUST(rename(in("old"), in("new")));
	MUST(link(in("new"), in("hard")));
	MUST(symlink("../text of a link", in("soft")));
	MUST(unlink(in("hard")));
	MUST(mkdir(in("folder"), 0700));
	MUST(rmdir(in("folder")));
	MUST(mknod(in("fifo"), S_IFIFO | 0600, 0));
}
static void rights(void)
{
	int fd = make(in("file"));
	MUST(chmod(in("file"), 0751));
	MUST(fchmod(fd, 0640));
	MUST(chown(in("file"), 12, 34));
	MUST(fchown(fd, -1, 56));
	MUST(truncate(in("file"), 5));
	MUST(ftruncate(fd, 9));
	say("inode=%lu\n", inode(fd));
}
static void refused(void)
{
	close(make(in("closed")));
	MUST(chmod(in("closed"), 0600));
	MUST(chmod(dir, 0755));
	MUST(setresuid(65534, 65534, 65534));
	if (open(in("closed"), O_RDONLY) >= 0 || unlink(in("closed")) == 0)
		exit(99);
}
static void flood(void)
{
	close(make(in("again")));
	for (int i = 0; i < 1000; i++)
		close(MUST(open(in("again"), O_RDONLY)));
}
/* Five runs of one program, which read the system, and a file of ours. */
static void runs(void)
{
	char *mine = in("mine"), *argv[] = { "cat", mine, NULL };
	close(make(mine));
	for (int i = 0; i < 5; i++) {
		pid_t child = MUST(fork());
		if (!child)
			run("/bin/cat", argv);
		wait_for(child);
	}
}
static void written(void)
{
	int fd = make(in("text"));
	for (int i = 0; i < 100; i++)
		MUST(write(fd, "0123456789", 10));
	MUST(pwrite(fd, "x", 1, 5000));
	close(fd);
	close(make(in("empty")));
	/* What a duplicate writes, the duplicate closes. */
	fd = make(in("twice"));
	int second = MUST(dup(fd));
	close(fd);
	MUST(write(second, "0", 1));
	close(second);
	/* Gone before it is closed. */
	fd = make(in("unlinked"));
	MUST(write(fd, "0", 1));
	MUST(unlink(in("unlinked")));
	close(fd);
}
static void rewritten(void)
{
	for (int i = 0; i < 50; i++) {
		int fd = make(in("again"));
		MUST(write(fd, "0", 1));
		close(fd);
	}
}
static void many(void)
{
	char name[32];
	for (int i = 0; i < 8000; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		close(make(in(name)));
		MUST(unlink(in(name)));
	}
}
/* A record of each CPU, so that a loss before it shows as a gap. */
static void every_cpu(void)
{
	cpu_set_t all, one;
	MUST(sched_getaffinity(0, sizeof(all), &all));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		MUST(sched_setaffinity(0, sizeof(one), &one));
		CHILD(child, );
		wait_for(child);
	}
}

/* Through the 32-bit table. */
#if defined(__x86_64__)
static long int80(long number, long a, long b, long c)
{
	long result;
	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
}
static void no_compat(int ignored)
{
	(void)ignored;
	static const char why[] = "skip=no 32-bit calls in this kernel\n";
	(void)!write(1, why, sizeof(why) - 1);
	_exit(0);
}
static void compat(void)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		skip("no low memory");
	signal(SIGSEGV, no_compat);
	strcpy(low, in("old32"));
	strcpy(low + 1024, in("new32"));
	long fd = int80(5, (long)low, O_CREAT | O_RDWR, 0600);
	if (fd == -ENOSYS)
		no_compat(0);
	MUST(fd);
	say("inode=%lu\n", inode(fd));
	MUST(int80(38, (long)low, (long)low + 1024, 0));
	MUST(int80(10, (long)low + 1024, 0, 0));
}
#else
static void compat(void)
{
	say("skip=this architecture has no other table of calls\n");
}
#endif

/* A program of 32 bits, compiled beside this one where the compiler can. */
static void program32(void)
{
	char program[600], *argv[] = { "program32", NULL };
	snprintf(program, sizeof(program), "%s/../program32", dir);
	MUST(chdir(dir));
	char *real = realpath(program, NULL);
	if (!real)
		skip("no 32-bit program could be made");
	say("program=%s\n", real);
	CHILD(child, {
		char *none[] = { NULL };
		execve(real, argv, none);
		_exit(98);
	});
	int status;
	MUST(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 32)
		skip("32-bit programs do not run here");
}
