"""An agent of the standard library. Modes: plain, daemon (forks twice first), files (starts nothing)."""
import json, os, subprocess, sys, urllib.request

host = os.environ.get("MODEL_HOST", "127.0.0.1")
port, mode = sys.argv[1], (sys.argv[2:] or ["plain"])[0]
if mode == "daemon":
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
messages = [{"role": "user", "content": "Do the next step."}]
while True:
    request = urllib.request.Request(
        f"http://{host}:{port}/v1/chat/completions",
        json.dumps({"model": "any", "messages": messages}).encode(),
        {"content-type": "application/json"},
    )
    message = json.load(urllib.request.urlopen(request, timeout=20))["choices"][0]["message"]
    calls = message.get("tool_calls")
    if not calls:
        break
    command = json.loads(calls[0]["function"]["arguments"])["command"]
    if mode == "files":
        # It edits what is there, as one that only has a tool for files.
        with open("notes.txt", "r+") as notes:
            text = notes.read()
            notes.seek(0)
            notes.write(f"{command}\n{text}")
        result = "written"
    else:
        result = subprocess.run(command, shell=True, capture_output=True, text=True).stdout
    messages += [message, {"role": "tool", "tool_call_id": calls[0]["id"], "content": result}]
open("ended", "w").write("yes")
