"""The line between a device and the house, which a test cuts for good: a SOCKS5 proxy (RFC 1928) on this machine.

Chromium emulates "offline" for single pages and workers; what starts while it holds (a service worker that the browser
wakes, a page in another process) may send before it is told.
"""

import socket
import threading
from contextlib import suppress

from playwright.sync_api import BrowserContext

CHUNK_BYTES = 65_536


class Line:
    def __init__(self) -> None:
        self._is_cut = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def server(self) -> str:
        """As Playwright's `proxy` option names it."""
        return f"socks5://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self, context: BrowserContext) -> None:
        """Whatever is under way ends in the middle, nothing new comes through, and the browser is told."""
        self._drop()
        context.set_offline(True)

    def mend(self, context: BrowserContext) -> None:
        with self._lock:
            self._is_cut = False
        context.set_offline(False)

    def close(self) -> None:
        _close(self._listener)
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def _accept(self) -> None:
        # An error here is the end: the listener is closed.
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError, EOFError):
            if not self._holds(near):
                return
            far = _greeted(near)
            if self._holds(far):
                threading.Thread(target=_pump, args=(far, near), daemon=True).start()
                _pump(near, far)

    def _holds(self, end: socket.socket) -> bool:
        with self._lock:
            if not self._is_cut:
                self._ends.add(end)
                return True
        _close(end)
        return False


def _greeted(near: socket.socket) -> socket.socket:
    """The far end that the browser asks for by its name, without a sign-in; raises EOFError when it hangs up."""
    _version, methods = _read(near, 2)
    _read(near, methods)
    near.sendall(b"\x05\x00")
    _version, command, _, kind = _read(near, 4)
    assert (command, kind) == (1, 3), "a connection to a named host"
    (length,) = _read(near, 1)
    host, port = _read(near, length).decode(), int.from_bytes(_read(near, 2), "big")
    far = socket.create_connection((host, port))
    near.sendall(b"\x05\x00\x00\x01" + bytes(6))
    return far


def _read(end: socket.socket, wanted: int) -> bytes:
    found = b""
    while len(found) < wanted:
        part = end.recv(wanted - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(CHUNK_BYTES):
            target.sendall(part)
    _close(source)
    _close(target)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
