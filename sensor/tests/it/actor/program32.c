/* A 32-bit program without a library, by its own table of system calls: it makes the file `made32` in
 * its directory, and ends with 32. */

static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}
void _start(void)
{
	long fd = call(5, (long)"made32", 0102, 0600); /* open: create, read and write */
	call(4, fd, (long)"32", 2);
	call(6, fd, 0, 0);
	call(1, fd < 0 ? 99 : 32, 0, 0);
}
