"""A child process that imports once and forks for each request: what is hostile, or may run away, happens in the fork.

The child is a file of its own, started with `python -I` and without our environment. It answers b"ready\\n", then for
each JSON line it forks; the fork lowers its own limits, works, writes into the request's folder and dies; the child
answers with the fork's exit status (as of waitpid). Starting is not counted against a request's time.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

START_SECONDS: Final = 120.0


class OutOfTime(Exception):
    """The request took longer than it may; the child and its fork are gone."""


class ChildLost(Exception):
    """The child itself died twice, or never came up."""


class ForkServer:
    """Started when needed, again after it was killed. Whoever calls `status` holds `turn`: one request at a time."""

    def __init__(self, script: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.turn = threading.Lock()
        self._command = [sys.executable, "-I", str(script), *arguments]
        # Keys and database addresses of this process are not the child's business.
        self._environment = {"LC_ALL": "C.UTF-8", **(environment or {})}
        self._child: subprocess.Popen[bytes] | None = None
        self._owner_pid = os.getpid()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner_pid != os.getpid():  # we were forked: the pipes belong to our parent
            self._child = None
            self._owner_pid = os.getpid()
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(  # noqa: S603
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                cwd="/",
                start_new_session=True,
            )
            if self._line(self._child, START_SECONDS) != b"ready\n":
                self.close()
                raise ChildLost
        return self._child

    def _line(self, child: subprocess.Popen[bytes], seconds: float) -> bytes:
        """Empty when the child is gone. Raises OutOfTime, and the child is gone then too."""
        assert child.stdout
        ready, _, _ = select.select([child.stdout], [], [], max(0.0, seconds))
        if not ready:
            self.close()
            raise OutOfTime
        return child.stdout.readline()

    def close(self) -> None:
        """Ends the child and whatever it forked; the next call starts a new one."""
        child, self._child = self._child, None
        if child is None or self._owner_pid != os.getpid():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def status(self, request: dict[str, Any], wall_seconds: float) -> int:
        """Exit status (as of waitpid) of the fork that worked on `request`. Raises OutOfTime, ChildLost."""
        line = json.dumps(request).encode() + b"\n"
        for _attempt in (1, 2):
            child = self._running()
            assert child.stdin
            deadline = time.monotonic() + wall_seconds
            try:
                child.stdin.write(line)
                child.stdin.flush()
                answer = self._line(child, deadline - time.monotonic())
            except BrokenPipeError:
                answer = b""
            if answer:
                return int(answer)
            # The child died between two requests (killed from outside): the request is not to blame, once.
            self.close()
        raise ChildLost


def contained_bytes(folder: Path, name: str, max_bytes: int) -> bytes:
    """A file of the fork's folder. The fork saw hostile bytes: its links are not followed, its names not trusted.
    Raises ValueError, OSError."""
    if name != os.path.basename(name):  # noqa: PTH119
        raise ValueError("a name with a folder in it")
    descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ValueError("too many bytes")
    return data
