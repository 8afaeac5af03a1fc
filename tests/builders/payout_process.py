"""The real command `tagwork payouts run` in a process of its own, and a wire to the node on which it can be killed."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.db import connection

from tests.builders.listening import Asked, listening
from tests.builders.litecoin import PASSWORD, USER


def database_url() -> str:
    """Of the test's own database, for another process."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    return f"postgresql://{chosen['USER']}@/{chosen['NAME']}?host={chosen['HOST']}"


def start_payouts(node_url: str) -> subprocess.Popen[bytes]:
    node = {"TAGWORK_NODE_LTC_URL": node_url, "TAGWORK_NODE_LTC_USER": USER, "TAGWORK_NODE_LTC_PASSWORD": PASSWORD}
    return start_run("ltc", node)


def start_run(method: str, outside: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """`tagwork payouts run` of one method; `outside` are the variables that name its node or service."""
    environment = os.environ | {"TAGWORK_ENV": "test", "DATABASE_URL": database_url(), **outside}
    command = [sys.executable, "-m", "tagwork.jobs.cli", "payouts", "run", "--method", method, "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


class Victim(Protocol):
    """A process, or a copy of one (payout_forks)."""

    def kill(self) -> None: ...
    def wait(self) -> int: ...


@dataclass
class Wire:
    """Hands every call on to the node. At the `occurrence`-th call of `method` it kills the process that `victim` is:
    "before" the node hears of it, "after" the node has done it and before the answer, or "later": some milliseconds
    after the answer, while the process works on it."""

    target: str
    method: str
    when: str
    occurrence: int = 1
    delay_seconds: float = 0.0
    victim: Victim | None = None
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def hit(self, method: str) -> bool:
        self.calls.append(method)
        return method == self.method and self.calls.count(method) == self.occurrence

    def kill(self) -> None:
        assert self.victim is not None
        self.victim.kill()
        self.victim.wait()


@contextmanager
def laid(wire: Wire) -> Iterator[Wire]:
    class Handler(Asked):
        def do_POST(self) -> None:
            body = self.content()
            if not body:  # its writer was killed
                return None
            is_hit = wire.hit(json.loads(body)["method"])
            if is_hit and wire.when == "before":
                return wire.kill()
            headers = {"Authorization": self.headers["Authorization"]}
            try:
                with urllib.request.urlopen(urllib.request.Request(wire.target, body, headers), timeout=60) as answer:
                    status, found = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    status, found = error.code, error.read()
            if is_hit and wire.when == "after":
                return wire.kill()
            try:
                self.answer(status, found)
            except OSError:
                return None
            if is_hit:
                time.sleep(wire.delay_seconds)
                wire.kill()
            return None

    with listening(Handler) as address:
        wire.url = f"{address}/"
        yield wire
