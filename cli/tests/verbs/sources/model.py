"""A scripted model on loopback: `model.py [CERTIFICATES]`. It says its port; with certificates it speaks TLS, and goes on
with each connection when it is told to."""
import http.server, json, ssl, sys


class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = len(asked["messages"])
        call = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "cat README.md"}}
        content = call if number == 1 else {"type": "text", "text": "It is a shop."}
        answer = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": asked["model"], "content": [content],
                  "stop_reason": "end_turn", "usage": {"input_tokens": 10 * number, "output_tokens": 5}}
        answer = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(http.server.HTTPServer):
    def get_request(self):
        plain, peer = self.socket.accept()
        if not sys.argv[1:]:
            return plain, peer
        sys.stdin.readline()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1] + "/cert.pem", sys.argv[1] + "/key.pem")
        context.set_alpn_protocols(["http/1.1"])
        return context.wrap_socket(plain, server_side=True), peer


server = Server(("127.0.0.1", 0), Model)
print(server.server_address[1], flush=True)
server.serve_forever()
