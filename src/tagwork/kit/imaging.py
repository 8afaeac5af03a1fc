"""Untrusted image files: looked at, decoded and re-encoded outside this process, under limits.

Nothing a client uploaded is ever served: every derivative is a fresh encoding of the upright sRGB pixels, so that EXIF,
XMP, IPTC, comments, text chunks, thumbnails and trailing bytes cannot survive. The decoder lives in `imaging_child`;
Pillow is not imported here.
"""

import atexit
import contextlib
import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tagwork.kit.errors import Refusal

CHILD: Final = Path(__file__).with_name("imaging_child.py")
HEAD_BYTES: Final = 1024
MIB: Final = 1024 * 1024
DERIVATIVE_WIDTHS_PX: Final = (320, 640, 1080, 1440, 2048)

# type -> Pillow's name of the one decoder that may look at it
ACCEPTED: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
}
ADVICE: Final = "send it as JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"


class BadImage(Refusal):
    """A refused image. `code`: not_an_image, type_refused, too_large, too_many_pixels, truncated, corrupt or timeout;
    the message is one plain sentence for the person who sent the file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ImageLimits:
    source_bytes: int = 50 * MIB
    max_pixels: int = 100_000_000
    # 65,500 is where JPEG ends; half of it keeps a narrow strip from becoming a wide derivative of nothing.
    max_side_px: int = 32_000
    memory_bytes: int = 1536 * MIB
    cpu_seconds: int = 20
    wall_seconds: float = 45.0
    output_bytes: int = 128 * MIB


@dataclass(frozen=True)
class Derivative:
    width: int
    height: int
    type: str
    data: bytes


@dataclass(frozen=True)
class Derived:
    """Sizes in px after EXIF orientation; `type` is what the bytes are, whatever the file was called.

    `derivatives` ascend by width and end with the full resolution; AVIF (up to 6 megapixels) comes before the JPEG of
    the same width. `placeholder` is a WebP with a longest side of 24 px."""

    width: int
    height: int
    type: str
    sha256: str
    source_bytes: int
    derivatives: tuple[Derivative, ...]
    placeholder: bytes


def sniffed_type(head: bytes) -> str:
    """The media type of a file by its first 1,024 bytes; raises BadImage for everything not accepted."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"BM"):
        return "image/bmp"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "image/tiff"
    if head[4:8] == b"ftyp":
        length = int.from_bytes(head[:4], "big")
        brands = {head[at : at + 4] for at in (8, *range(16, min(length, len(head)), 4))}
        if brands & {b"avif", b"avis"}:
            return "image/avif"
        if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
            raise BadImage("type_refused", f"HEIC photos cannot be opened here; {ADVICE}.")
        raise BadImage("type_refused", f"This is a video or another media file; {ADVICE}.")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text:
        raise BadImage("type_refused", f"SVG drawings can hold scripts and are not accepted; {ADVICE}.")
    for start, name in (
        (b"%pdf", "a PDF document"),
        (b"%!ps", "a PostScript document"),
        (b"\xc5\xd0\xd3\xc6", "a PostScript document"),
        (b"8bps", "a Photoshop document"),
        (b"pk\3\4", "a ZIP archive"),
        (b"\0\0\0\x0cjp", "a JPEG 2000 image"),
        (b"\0\0\0\x0cjxl", "a JPEG XL image"),
        (b"\xff\x0a", "a JPEG XL image"),
        (b"simple  =", "a FITS image"),
    ):
        if text.startswith(start):
            raise BadImage("type_refused", f"This is {name}; {ADVICE}.")
    raise BadImage("not_an_image", f"This file is not an image, whatever its name says; {ADVICE}.")


class Sandbox:
    """One child process that forks for each image; started when needed, again after it was killed. Calls take turns."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner_pid = os.getpid()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner_pid != os.getpid():  # we were forked: the pipes belong to our parent
            self._child = None
            self._owner_pid = os.getpid()
        if self._child is None or self._child.poll() is not None:
            self.close()
            # No environment: keys and database addresses of this process are not the decoder's business.
            self._child = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        return self._child

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

    def _status(self, request: dict[str, Any], wall_seconds: float) -> int:
        """Exit status (as of waitpid) of the fork that worked on `request`."""
        line = json.dumps(request).encode() + b"\n"
        for attempt in (1, 2):
            child = self._running()
            assert child.stdin and child.stdout
            deadline = time.monotonic() + wall_seconds
            try:
                child.stdin.write(line)
                child.stdin.flush()
                ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
                if not ready:
                    self.close()
                    raise BadImage("timeout", "This image took too long to open; save it again in a plainer form.")
                answer = child.stdout.readline()
            except BrokenPipeError:
                answer = b""
            if answer:
                return int(answer)
            # The child itself died between two images (killed from outside): the image is not to blame, once.
            self.close()
            if attempt == 2:
                break
        raise _decoder_failed()

    def derive(self, source: Path, media_type: str, widths_px: tuple[int, ...], limits: ImageLimits) -> dict[str, Any]:
        """The child's answer about `source`, with the bytes of every file it wrote; raises BadImage."""
        with self._turn, tempfile.TemporaryDirectory(prefix="tagwork-image-") as name:
            folder = Path(name)
            request = {
                "source": str(source),
                "folder": name,
                "format": ACCEPTED[media_type],
                "widths": widths_px,
                "max_pixels": limits.max_pixels,
                "max_side_px": limits.max_side_px,
                "memory_bytes": limits.memory_bytes,
                "cpu_seconds": limits.cpu_seconds,
                "output_bytes": limits.output_bytes,
            }
            status = self._status(request, limits.wall_seconds)
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
                raise BadImage("timeout", "This image took too long to open; save it again in a plainer form.")
            if status != 0:
                raise _decoder_failed()
            try:
                answer: dict[str, Any] = json.loads(_contained_bytes(folder, "answer.json", MIB))
                if error := answer.get("error"):
                    raise BadImage(str(error["code"]), str(error["message"]))
                for file in answer["files"]:
                    file["data"] = _contained_bytes(folder, file["name"], limits.output_bytes)
                answer["placeholder"] = _contained_bytes(folder, "placeholder.webp", 4096)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                # Only a child taken over by its image answers like this.
                raise _decoder_failed() from error
            return answer


def _contained_bytes(folder: Path, name: str, max_bytes: int) -> bytes:
    """A file of the child's folder; the child saw hostile bytes: its links are not followed, its names not trusted."""
    if name != os.path.basename(name):  # noqa: PTH119
        raise _decoder_failed()
    descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise _decoder_failed()
    return data


_sandbox = Sandbox()
atexit.register(_sandbox.close)


def inspect_and_derive(
    source: Path | bytes,
    derivative_widths: tuple[int, ...] = DERIVATIVE_WIDTHS_PX,
    *,
    limits: ImageLimits = ImageLimits(),
) -> Derived:
    """Checks an untrusted image completely (every pixel decoded) and renders what may be served.

    `derivative_widths` in px; widths above the upright original are left out, the original's own width always comes.
    The same bytes give the same derivatives. Raises BadImage.
    """
    with contextlib.ExitStack() as stack:
        if isinstance(source, bytes):
            file = stack.enter_context(tempfile.NamedTemporaryFile(prefix="tagwork-source-"))
            if len(source) > limits.source_bytes:
                raise _too_large(limits)
            file.write(source)
            file.flush()
            path = Path(file.name)
        else:
            path = source
        with path.open("rb") as opened:
            size_bytes = os.fstat(opened.fileno()).st_size
            if size_bytes == 0:
                raise BadImage("not_an_image", "This file is empty.")
            if size_bytes > limits.source_bytes:
                raise _too_large(limits)
            media_type = sniffed_type(opened.read(HEAD_BYTES))
            opened.seek(0)
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        answer = _sandbox.derive(path.resolve(), media_type, derivative_widths, limits)
    return Derived(
        width=answer["width"],
        height=answer["height"],
        type=media_type,
        sha256=sha256,
        source_bytes=size_bytes,
        derivatives=tuple(
            Derivative(file["width"], file["height"], file["type"], file["data"]) for file in answer["files"]
        ),
        placeholder=answer["placeholder"],
    )


def _decoder_failed() -> BadImage:
    return BadImage("corrupt", "This image made the decoder fail; save it again with another program.")


def _too_large(limits: ImageLimits) -> BadImage:
    return BadImage("too_large", f"This file is larger than {limits.source_bytes // MIB} MiB.")
