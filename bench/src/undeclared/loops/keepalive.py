"""An agent that keeps one connection for its whole life."""
import http.client, json, os, subprocess, sys

model = http.client.HTTPConnection(os.environ.get("MODEL_HOST", "127.0.0.1"), int(sys.argv[1]), timeout=20)
messages = [{"role": "user", "content": "Do the next step."}]
while True:
    body = json.dumps({"model": "any", "messages": messages})
    model.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
    message = json.load(model.getresponse())["choices"][0]["message"]
    calls = message.get("tool_calls")
    if not calls:
        break
    command = json.loads(calls[0]["function"]["arguments"])["command"]
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout
    messages += [message, {"role": "tool", "tool_call_id": calls[0]["id"], "content": result}]
