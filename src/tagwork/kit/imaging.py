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
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tagwork.kit.errors import Refusal
from tagwork.kit.fork_server import ChildLost, ForkServer, OutOfTime, contained_bytes

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


class Sandbox(ForkServer):
    """The decoder's child: it forks for each image, and calls take turns."""

    def __init__(self) -> None:
        super().__init__(CHILD)

    def derive(self, source: Path, media_type: str, widths_px: tuple[int, ...], limits: ImageLimits) -> dict[str, Any]:
        """The child's answer about `source`, with the bytes of every file it wrote; raises BadImage."""
        with self.turn, tempfile.TemporaryDirectory(prefix="tagwork-image-") as name:
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
            try:
                status = self.status(request, limits.wall_seconds)
            except OutOfTime:
                raise _out_of_time() from None
            except ChildLost:
                raise _decoder_failed() from None
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
                raise _out_of_time()
            if status != 0:
                raise _decoder_failed()
            try:
                answer: dict[str, Any] = json.loads(contained_bytes(folder, "answer.json", MIB))
                if error := answer.get("error"):
                    raise BadImage(str(error["code"]), str(error["message"]))
                for file in answer["files"]:
                    file["data"] = contained_bytes(folder, file["name"], limits.output_bytes)
                answer["placeholder"] = contained_bytes(folder, "placeholder.webp", 4096)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                # Only a child taken over by its image answers like this.
                raise _decoder_failed() from error
            return answer


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


def _out_of_time() -> BadImage:
    return BadImage("timeout", "This image took too long to open; save it again in a plainer form.")


def _decoder_failed() -> BadImage:
    return BadImage("corrupt", "This image made the decoder fail; save it again with another program.")


def _too_large(limits: ImageLimits) -> BadImage:
    return BadImage("too_large", f"This file is larger than {limits.source_bytes // MIB} MiB.")
