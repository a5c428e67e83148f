/* An agent of C, linked statically: no library, no interpreter, no name to know it by. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[65536];

static int ask(int port, int results)
{
	char body[8192] = "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Do the next step.\"}";
	char head[256];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int i, got, all = 0, fd = socket(AF_INET, SOCK_STREAM, 0);

	for (i = 0; i < results; i++)
		strcat(body, ",{\"role\":\"tool\",\"content\":\"done\"}");
	strcat(body, "]}");
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return -1;
	sprintf(head, "POST /v1/chat/completions HTTP/1.1\r\nhost: model\r\ncontent-length: %zu\r\n\r\n", strlen(body));
	if (write(fd, head, strlen(head)) < 0 || write(fd, body, strlen(body)) < 0)
		return -1;
	shutdown(fd, SHUT_WR);
	while ((got = read(fd, answer + all, sizeof(answer) - 1 - all)) > 0)
		all += got;
	answer[all] = 0;
	return close(fd);
}

int main(int argc, char **argv)
{
	int results;

	for (results = 0; argc > 1 && !ask(atoi(argv[1]), results); results++) {
		char *begin = strstr(answer, "\\\"command\\\":\\\""), *end;

		if (!begin)
			return 0;
		begin += strlen("\\\"command\\\":\\\"");
		end = strstr(begin, "\\\"");
		if (!end)
			return 1;
		*end = 0;
		if (system(begin) < 0)
			return 1;
	}
	return 1;
}
