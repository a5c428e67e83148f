"""An agent of the test: reads the README, by one source of words, as it is told. `agent.py SOURCE AT`.

It waits for a line before it begins, and stays until its input ends."""
import json, os, socket, struct, subprocess, sys, time

PROMPT = "Read README.md and tell me what this project is."
source, at = sys.argv[1], sys.argv[2]
CALL = {"name": "Bash", "input": {"command": "cat README.md"}}


def read():
    return subprocess.run(["cat", "README.md"], capture_output=True, text=True, check=True).stdout


def story(ask):
    """Asks the model, does what it wants, asks again."""
    messages = [{"role": "user", "content": PROMPT}]
    first = ask(messages)["content"]
    result = {"type": "tool_result", "tool_use_id": first[0]["id"], "content": read()}
    ask(messages + [{"role": "assistant", "content": first}, {"role": "user", "content": [result]}])


def body(messages):
    return json.dumps({"model": "scripted", "max_tokens": 99, "messages": messages}).encode()


def post(address, path, data):
    import urllib.request

    fields = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://{address}{path}", data, fields)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def by_gateway(messages):
    return json.loads(post(at, "/scripted/v1/messages", body(messages)))


def by_proxy(messages):
    """As it is told by its environment, which a box makes."""
    import ssl, urllib.request

    request = urllib.request.Request(f"{at}/v1/messages", body(messages), {"content-type": "application/json"})
    with urllib.request.urlopen(request, context=ssl.create_default_context()) as answer:
        return json.loads(answer.read())


PYTHON = """
import http.client, ssl, sys
client = http.client.HTTPSConnection(sys.argv[1], context=ssl._create_unverified_context())
client.request("POST", "/v1/messages", sys.stdin.buffer.read(), {"content-type": "application/json"})
print(client.getresponse().read().decode())
"""
NODE = """
const body = require('fs').readFileSync(0), [host, port] = process.argv[1].split(':');
const options = { host, port, path: '/v1/messages', method: 'POST', rejectUnauthorized: false,
  headers: { 'content-type': 'application/json', 'content-length': body.length } };
const request = require('https').request(options, (answer) => answer.pipe(process.stdout));
request.end(body);
"""
CLIENTS = {
    "python3": ["python3", "-c", PYTHON, at],
    "node": ["node", "-e", NODE, at],
    "curl": ["curl", "-sk", "--http1.1", "-H", "content-type: application/json", "--data-binary", "@-", f"https://{at}/v1/messages"],
}


def by_client(messages):
    """By a child that encrypts by itself; the test says when the other end may go on."""
    child = subprocess.Popen(CLIENTS[source], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    print(child.pid, flush=True)
    answer, _ = child.communicate(body(messages))
    return json.loads(answer)


def by_hooks():
    def told(event, about):
        ask = {"product": "cursor", "event": event, "input": json.dumps(about), "pid": os.getpid()}
        content = json.dumps({"version": 2, "ask": {"hook": ask}}).encode()
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(at)
            link.sendall(struct.pack(">I", len(content)) + content)
            link.recv(1 << 16)

    told("beforeSubmitPrompt", {"prompt": PROMPT})
    told("beforeShellExecution", CALL["input"])
    told("afterShellExecution", {**CALL["input"], "output": read()})


def by_transcript():
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    place = os.path.join(os.environ["HOME"], ".codex/sessions/2026/11/22")
    os.makedirs(place)

    def text(role, text):
        return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}

    items = [
        text("user", PROMPT),
        {"type": "function_call", "name": "exec_command", "call_id": "call_1", "arguments": json.dumps({"cmd": "cat README.md"})},
        {"type": "function_call_output", "call_id": "call_1", "output": read()},
    ]
    with open(os.path.join(place, "rollout-1.jsonl"), "w") as file:
        entries = [{"type": "session_meta", "payload": {"id": "1f"}}]
        for entry in entries + [{"type": "response_item", "payload": item} for item in items]:
            file.write(json.dumps({"timestamp": at, **entry}) + "\n")


def by_telemetry():
    def pair(key, value):
        return {"key": key, "value": {"stringValue": value}}

    def span(name, *pairs):
        now = str(time.time_ns())
        return {"traceId": "1" * 32, "spanId": "2" * 16, "name": name, "startTimeUnixNano": now, "endTimeUnixNano": now,
                "attributes": [pair(*it) for it in pairs]}

    asked = [{"role": "user", "parts": [{"type": "text", "content": PROMPT}]}]
    spans = [
        span("chat", ("gen_ai.operation.name", "chat"), ("gen_ai.input.messages", json.dumps(asked))),
        span("execute_tool", ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", "bash"), ("gen_ai.tool.call.id", "call_1"),
             ("gen_ai.tool.call.arguments", json.dumps(CALL["input"])), ("gen_ai.tool.call.result", read())),
    ]
    post(at, "/v1/traces", json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode())


SERVER = """
import json, sys
for line in sys.stdin:
    said = json.loads(line)
    if "id" not in said: continue
    tool = {"name": "read_file", "description": "Reads a file.", "inputSchema": {"type": "object"}}
    result = {"tools": [tool]} if said["method"] == "tools/list" else {}
    if said["method"] == "tools/call":
        result = {"content": [{"type": "text", "text": open(said["params"]["arguments"]["path"]).read()}]}
    print(json.dumps({"jsonrpc": "2.0", "id": said["id"], "result": result}), flush=True)
"""


def by_server():
    wrapped = [at, "mcp", "wrap", "--name", "files", "--", "python3", "-c", SERVER]
    server = subprocess.Popen(wrapped, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(number, method, params):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())["result"]

    ask(1, "tools/list", {})
    ask(2, "tools/call", {"name": "read_file", "arguments": {"path": "README.md"}})
    server.stdin.close()
    server.wait()


sys.stdin.readline()
{
    "gateway": lambda: story(by_gateway),
    "run": lambda: story(by_proxy),
    "hooks": by_hooks,
    "transcript": by_transcript,
    "telemetry": by_telemetry,
    "mcp": by_server,
}.get(source, lambda: story(by_client))()
sys.stdin.read()
