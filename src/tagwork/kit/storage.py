"""Files under names of our own making; no word a client or a file chose ever becomes a path."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings

KEY: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}(\.[a-z0-9]{1,8})?")
SUFFIX: Final = re.compile(r"(\.[a-z0-9]{1,8})?")


class BadKey(ValueError):
    """The key was not made by a store of ours."""


class FileStore(Protocol):
    """What rooms may ask of a store. A stored file never changes; another content gets another key."""

    def put(self, data: bytes | BinaryIO, suffix: str = "") -> str:
        """Stores all of `data` (a file is read from where it stands) and returns its key; durable when it returns.
        `suffix` is "" or a dot and up to 8 of a-z0-9."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Raises BadKey or FileNotFoundError."""
        ...

    def size(self, key: str) -> int:
        """Bytes; raises BadKey or FileNotFoundError."""
        ...

    def delete(self, key: str) -> None:
        """Removes the file; nothing happens when it is gone already. Raises BadKey."""
        ...


class LocalStore:
    """Two levels of 256 folders below `root`, so that a million files leave 15 in each."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, key: str) -> Path:
        """Where the bytes of `key` are (they may be absent), for the image sandbox and to send files. Raises BadKey.

        The pattern leaves no room for a dot-dot, a separator of another system or a NUL, so nothing needs resolving."""
        if not KEY.fullmatch(key):
            raise BadKey(f"not a key of this store: {key[:80]!r}")
        return self.root / key

    def put(self, data: bytes | BinaryIO, suffix: str = "") -> str:
        if not SUFFIX.fullmatch(suffix):
            raise BadKey(f"not a suffix: {suffix[:80]!r}")
        name = secrets.token_hex(16)
        key = f"{name[:2]}/{name[2:4]}/{name}{suffix}"
        path = self.path(key)
        new_folders = [folder for folder in (path.parent, path.parent.parent, self.root) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{name}.partial")
        try:
            with open(partial, "xb", opener=_private) as file:
                if isinstance(data, bytes):
                    file.write(data)
                else:
                    shutil.copyfileobj(data, file, 1024 * 1024)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                partial.unlink()
            raise
        # A file whose folder entry is lost after a power cut was never stored: sync the folder and each one just made.
        for folder in {path.parent, *(new.parent for new in new_folders)}:
            _sync(folder)
        return key

    def open(self, key: str) -> BinaryIO:
        return open(self.path(key), "rb", opener=_unlinked)

    def size(self, key: str) -> int:
        return self.path(key).lstat().st_size

    def stored_before(self, unix_seconds: float, suffix: str) -> Iterator[str]:
        """Keys of this suffix whose bytes were stored before that moment of the disk's own clock. A walk over every
        file of the store: for a sweep in the background."""
        for folder, _, names in os.walk(self.root):
            for name in names:
                key = f"{name[:2]}/{name[2:4]}/{name}"
                if not name.endswith(suffix) or not KEY.fullmatch(key):
                    continue
                with contextlib.suppress(FileNotFoundError):
                    if Path(folder, name).lstat().st_mtime < unix_seconds:
                        yield key

    def delete(self, key: str) -> None:
        path = self.path(key)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)


@dataclass(frozen=True)
class DiskSpace:
    total_bytes: int
    free_bytes: int


def disk_space() -> DiskSpace:
    """Of the disk that holds the files of this installation."""
    folder = Path(settings.FILES_DIR)
    # It is made with the first file.
    usage = shutil.disk_usage(folder if folder.exists() else settings.DATA_DIR)
    return DiskSpace(usage.total, usage.free)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o640)


def _unlinked(name: str, flags: int) -> int:
    """A link inside the store was not put there by us."""
    return os.open(name, flags | os.O_NOFOLLOW)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def local_files() -> LocalStore:
    """The store of this installation, below settings.FILES_DIR."""
    return LocalStore(Path(settings.FILES_DIR))
