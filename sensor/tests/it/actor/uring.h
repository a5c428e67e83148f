/* The actor through io_uring: operations that are no system calls. */
#pragma once

struct ring {
	int fd;
	unsigned *tail, *mask, *array, *done, *taken, *flags;
	struct io_uring_sqe *entries;
};

static struct ring new_ring(unsigned flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 100 };
	struct ring r = { .fd = syscall(SYS_io_uring_setup, 8, &p) };
	if (r.fd < 0)
		skip("io_uring");
	size_t size = p.sq_off.array + p.sq_entries * sizeof(unsigned);
	size_t other = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	if (other > size)
		size = other;
	/* Both rings are in one place since 5.4. */
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_SQ_RING);
	r.entries = mmap(NULL, p.sq_entries * sizeof(*r.entries), PROT_READ | PROT_WRITE, MAP_SHARED,
			 r.fd, IORING_OFF_SQES);
	if (at == MAP_FAILED || (void *)r.entries == MAP_FAILED)
		skip("io_uring maps");
	r.tail = (void *)(at + p.sq_off.tail);
	r.mask = (void *)(at + p.sq_off.ring_mask);
	r.array = (void *)(at + p.sq_off.array);
	r.flags = (void *)(at + p.sq_off.flags);
	r.done = (void *)(at + p.cq_off.tail);
	r.taken = (void *)(at + p.cq_off.head);
	return r;
}
/* One operation, and waits for its end. */
static void submit(struct ring *r, struct io_uring_sqe entry)
{
	unsigned slot = *r->tail & *r->mask;
	r->entries[slot] = entry;
	r->array[slot] = slot;
	__atomic_store_n(r->tail, *r->tail + 1, __ATOMIC_RELEASE);
	unsigned flags = IORING_ENTER_GETEVENTS;
	if (__atomic_load_n(r->flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
		flags |= IORING_ENTER_SQ_WAKEUP;
	MUST(syscall(SYS_io_uring_enter, r->fd, 1, 1, flags, NULL, 0));
	*r->taken = *r->done;
}
static void uring_acts(void)
{
	struct ring r = new_ring(0);
	int file = make(in("plain")), listener = bound(AF_INET, SOCK_STREAM);
	struct stat st;
	struct sockaddr_storage address;
	socklen_t length = local_address(&address, AF_INET);
	MUST(listen(listener, 1));
	((struct sockaddr_in *)&address)->sin_port = htons(port_of(listener));
	say("port=%d\n", port_of(listener));
	MUST(chdir(dir));
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .len = 0600,
		.addr = (uintptr_t)in("quiet"), .open_flags = O_CREAT | O_WRONLY });
	if (stat(in("quiet"), &st))
		skip("io_uring has not opened");
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_WRITE, .fd = file, .len = 5,
		.addr = (uintptr_t) "12345" });
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT, .fd = AT_FDCWD,
		.addr = (uintptr_t) "quiet", .len = AT_FDCWD, .addr2 = (uintptr_t)in("moved") });
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD,
		.addr = (uintptr_t) "moved" });
	if (stat(in("moved"), &st) == 0)
		skip("io_uring has not unlinked");
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT,
		.fd = MUST(socket(AF_INET, SOCK_STREAM, 0)), .addr = (uintptr_t)&address, .off = length });
	MUST(accept(listener, NULL, NULL));
}
/* The kernel's own thread submits: no call of this process names the file. */
static void uring_polled(void)
{
	struct ring r = new_ring(IORING_SETUP_SQPOLL);
	struct stat st;
	submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .len = 0600,
		.addr = (uintptr_t)in("polled"), .open_flags = O_CREAT | O_RDWR });
	if (stat(in("polled"), &st))
		skip("io_uring has not opened");
}
