/* Acts that no program of a system does: `uring_read FILE`, `uring_send FILE ADDRESS PORT`, `int80 FILE`. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
	int fd;
	unsigned *tail, *mask, *array;
	struct io_uring_sqe *entries;
	unsigned *taken, *done, *done_mask;
	struct io_uring_cqe *ends;
};

static struct ring made(void)
{
	struct io_uring_params p = { 0 };
	struct ring r = { .fd = syscall(SYS_io_uring_setup, 8, &p) };
	if (r.fd < 0)
		perror("io_uring_setup"), exit(1);
	size_t size = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	char *at = mmap(0, size + 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_SQ_RING);
	r.entries = mmap(0, p.sq_entries * sizeof(*r.entries), PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, IORING_OFF_SQES);
	r.tail = (void *)(at + p.sq_off.tail), r.mask = (void *)(at + p.sq_off.ring_mask);
	r.array = (void *)(at + p.sq_off.array);
	r.taken = (void *)(at + p.cq_off.head), r.done = (void *)(at + p.cq_off.tail);
	r.done_mask = (void *)(at + p.cq_off.ring_mask), r.ends = (void *)(at + p.cq_off.cqes);
	return r;
}

/* One operation to its end. */
static int submit(struct ring *r, struct io_uring_sqe entry)
{
	unsigned slot = *r->tail & *r->mask;
	r->entries[slot] = entry, r->array[slot] = slot;
	__atomic_store_n(r->tail, *r->tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, r->fd, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		perror("io_uring_enter"), exit(1);
	int result = r->ends[*r->taken & *r->done_mask].res;
	__atomic_store_n(r->taken, *r->taken + 1, __ATOMIC_RELEASE);
	if (result < 0)
		fprintf(stderr, "operation %d: %s\n", entry.opcode, strerror(-result)), exit(1);
	return result;
}

static char block[65536];

static int through_ring(struct ring *r, const char *path)
{
	int file = submit(r, (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD,
		.addr = (uintptr_t)path, .open_flags = O_RDONLY });
	return submit(r, (struct io_uring_sqe){ .opcode = IORING_OP_READ, .fd = file,
		.addr = (uintptr_t)block, .len = sizeof block });
}

/* The entry for 32 bits, from 64: names have to lie below 4 GB. */
static long narrow(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "uring_read")) {
		struct ring r = made();
		return write(1, block, through_ring(&r, argv[2])) < 0;
	}
	if (argc == 5 && !strcmp(argv[1], "uring_send")) {
		struct ring r = made();
		int length = through_ring(&r, argv[2]), s = socket(AF_INET, SOCK_STREAM, 0);
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[4])) };
		inet_pton(AF_INET, argv[3], &to.sin_addr);
		submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .fd = s, .addr = (uintptr_t)&to, .off = sizeof to });
		submit(&r, (struct io_uring_sqe){ .opcode = IORING_OP_SEND, .fd = s, .addr = (uintptr_t)block, .len = length });
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "int80")) {
		char *low = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		strcpy(low, argv[2]);
		int file = narrow(5, (long)low, O_RDONLY, 0);
		if (file < 0)
			fprintf(stderr, "%s\n", strerror(-file)), exit(1);
		int length = read(file, low, 8192);
		return write(1, low, length) < 0;
	}
	return 2;
}
