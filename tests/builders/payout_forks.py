"""Copies of a process that has loaded everything, each of which runs `tagwork payouts run`: cheap to kill a thousand.

As a command: reads a line {"node": […], "passphrase": …}, forks a copy that runs the command with them, answers its
process id; reads a line "wait", answers the exit status as subprocess has it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from tests.builders.litecoin import PASSWORD, USER


@dataclass
class Fork:
    """One copy: as much of subprocess.Popen as the tests use."""

    pid: int
    line: "Line"
    returncode: int | None = None
    guard: threading.Lock = field(default_factory=threading.Lock)

    def kill(self) -> None:
        # Until "wait" reaps it the process id is its own, dead or alive.
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        with self.guard:
            if self.returncode is None:
                self.returncode = int(self.line.ask("wait"))
            return self.returncode


@dataclass
class Line:
    """To the process that forks; one copy at a time."""

    into: IO[str]
    out: IO[str]

    def ask(self, text: str) -> str:
        self.into.write(text + "\n")
        self.into.flush()
        return self.out.readline()

    def start(self, node_url: str, passphrase: str) -> Fork:
        asked = json.dumps({"node": [node_url, USER, PASSWORD], "passphrase": passphrase})
        return Fork(int(self.ask(asked)), self)


@contextmanager
def payout_forks(database_url: str) -> Iterator[Line]:
    environment = os.environ | {"TAGWORK_ENV": "test", "DATABASE_URL": database_url}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.builders.payout_forks"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Line(process.stdin, process.stdout)
        process.stdin.close()


def _run(node: list[str], passphrase: str) -> int:
    from django.conf import settings

    from tagwork.jobs.cli import main

    settings.PAYOUT_NODES = {"ltc": tuple(node)}
    settings.PAYOUT_PASSPHRASES = {"ltc": passphrase}
    # Its own words are nobody's answer here.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    return main(["payouts", "run", "--method", "ltc", "--json"])


def _serve() -> None:
    from tagwork.jobs.setup import start_django

    start_django()
    from tagwork.payouts.operations import run_payouts

    del run_payouts  # loaded, so that no copy has to
    pid = 0
    for line in sys.stdin:
        if line.strip() == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = _run(**json.loads(line))
            finally:
                os._exit(code)
        print(pid, flush=True)


if __name__ == "__main__":
    _serve()
