"""What one hand-in with its next task asks of the database: run in a site's environment, prints JSON.

python -m bench.statements PROJECT TOKEN
"""

import io
import json
import sys
import uuid
from typing import Any

from tagwork.jobs.setup import start_django

start_django()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402

from bench.traffic import ANSWER  # noqa: E402

application = get_wsgi_application()


def post(token: str, path: str, body: dict[str, Any]) -> Any:
    """One request through the whole application, without a server."""
    raw = json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1" + path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4()),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(raw)),
        "wsgi.input": io.BytesIO(raw),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    return json.loads(b"".join(application(environ, lambda status, headers, error=None: None)))


def main() -> None:
    project, token = sys.argv[1:]
    [held] = post(token, f"/work/projects/{project}/claim", {"count": 1})["assignments"]
    for _ in range(3):  # what a process asks once is not part of a cycle
        [held] = post(token, f"/work/assignments/{held['id']}/submit", {**ANSWER, "next": 1})["next"]
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    [held] = post(token, f"/work/assignments/{held['id']}/submit", {**ANSWER, "next": 1})["next"]
    print(json.dumps([query["sql"] for query in connection.queries_log]))
    connection.force_debug_cursor = False
    post(token, f"/work/assignments/{held['id']}/submit", {**ANSWER, "next": 0})


if __name__ == "__main__":
    main()
