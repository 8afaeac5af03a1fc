"""An operator's screening service on this machine: answers as a test says, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Screener:
    """`answers` are by address; whoever is not named is clear, with None left out. `raw` is sent as it is, once set."""

    url: str = ""
    answers: dict[str, str | None] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    raw: bytes = b""
    status: int = 200


@contextmanager
def screener() -> Iterator[Screener]:
    service = Screener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.asked.append(asked)
            service.tokens.append(self.headers["Authorization"])
            said = [(one["id"], service.answers.get(one["address"], "clear")) for one in asked["subjects"]]
            told = [{"id": key, "answer": answer, "reason": f"said {answer}"} for key, answer in said if answer]
            body = service.raw or json.dumps({"answers": told}).encode()
            self.send_response(service.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}/screen"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
