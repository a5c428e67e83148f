// An agent of Node and its own client.
const { execSync } = require("node:child_process");
const http = require("node:http");

const ask = (messages) => new Promise((answered, failed) => {
  const request = http.request({ host: process.env.MODEL_HOST || "127.0.0.1", port: process.argv[2], method: "POST",
    path: "/v1/chat/completions", headers: { "content-type": "application/json" } }, (response) => {
    let text = "";
    response.on("data", (part) => { text += part; });
    response.on("end", () => answered(JSON.parse(text).choices[0].message));
  });
  request.on("error", failed);
  request.end(JSON.stringify({ model: "any", messages }));
});

(async () => {
  const messages = [{ role: "user", content: "Do the next step." }];
  for (;;) {
    const message = await ask(messages);
    if (!message.tool_calls) return;
    const [call] = message.tool_calls;
    let result = "";
    try { result = execSync(JSON.parse(call.function.arguments).command, { encoding: "utf8", stdio: "pipe" }); } catch (error) { result = String(error); }
    messages.push(message, { role: "tool", tool_call_id: call.id, content: result });
  }
})();
