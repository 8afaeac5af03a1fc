"""Closed-loop workers over HTTP keep-alive: each waits for an answer before its next request, without thinking time."""

import gc
import http.client
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ANSWER = {
    "annotations": [{"id": "1", "kind": "tag", "label": "brick", "of": "surface", "tag": True}],
    "nothing_to_mark": False,
    "active_seconds": 3.2,
}


@dataclass
class Measured:
    """What the clients of one cell saw. `cycle_seconds`: one hand-in with its next task, however many requests."""

    seconds: float = 0.0
    cycle_seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    assignments: list[str] = field(default_factory=list)
    own_cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.cycle_seconds) / self.seconds if self.seconds else 0.0

    def milliseconds_at(self, share: float) -> float:
        ordered = sorted(self.cycle_seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


class Caller:
    """One keep-alive connection of one worker."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: Any, key: str | None = None) -> tuple[int, Any]:
        headers = self._headers if key is None else {**self._headers, "Idempotency-Key": key}
        return self._ask("POST", path, json.dumps(body), headers)

    def get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path, None, self._headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        self._connection.request(method, "/api/v1" + path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def claim(self, project_id: str) -> tuple[int, str | None]:
        status, body = self.post(f"/work/projects/{project_id}/claim", {"count": 1})
        return status, body["assignments"][0]["id"] if status == 200 else None

    def submit(self, assignment_id: str, following: int) -> tuple[int, str | None]:
        path = f"/work/assignments/{assignment_id}/submit"
        status, body = self.post(path, {**ANSWER, "next": following}, str(uuid.uuid4()))
        return status, body["next"][0]["id"] if status == 201 and body["next"] else None

    def close(self) -> None:
        self._connection.close()


def drive(url: str, project_id: str, tokens: Sequence[str], seconds: float, *, in_one: bool) -> Measured:
    """One closed loop for each token. `in_one`: submit with next:1, else claim and submit as two requests."""
    measured = Measured()
    ready = threading.Barrier(len(tokens) + 1)
    lock = threading.Lock()
    ends = 0.0

    def loop(token: str) -> None:
        caller = Caller(url, token)
        cycles: list[float] = []
        handed_in: list[str] = []
        errors: Counter[str] = Counter()
        status, held = caller.claim(project_id)
        ready.wait()
        ready.wait()
        while time.perf_counter() < ends:
            started = time.perf_counter()
            try:
                if held is None:
                    status, held = caller.claim(project_id)
                if held is None:
                    errors[f"claim {status}"] += 1
                    time.sleep(0.01)
                    continue
                assignment, held = held, None
                status, held = caller.submit(assignment, 1 if in_one else 0)
            except (OSError, http.client.HTTPException) as error:
                errors[type(error).__name__] += 1
                caller.close()
                continue
            if status == 201:
                cycles.append(time.perf_counter() - started)
                handed_in.append(assignment)
            else:
                errors[f"submit {status}"] += 1
        if held is not None:
            status, _ = caller.submit(held, 0)
            if status == 201:
                handed_in.append(held)
        caller.close()
        with lock:
            measured.cycle_seconds += cycles
            measured.assignments += handed_in
            measured.errors += errors

    threads = [threading.Thread(target=loop, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    ready.wait()
    gc.disable()
    started, cpu = time.perf_counter(), time.process_time()
    ends = started + seconds
    ready.wait()
    for thread in threads:
        thread.join()
    gc.enable()
    measured.seconds = time.perf_counter() - started
    measured.own_cpu_seconds = time.process_time() - cpu
    return measured
