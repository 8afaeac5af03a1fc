"""Small real image files, each different, made in memory."""

import io
import zipfile

from PIL import Image


def png(number: int = 0, width_px: int = 64, height_px: int = 48) -> bytes:
    """A PNG with a gradient that differs for every `number`."""
    picture = Image.new("RGB", (width_px, height_px), (number % 256, number // 256 % 256, 120))
    picture.paste((250, 200, 40), (8, 8, 24, 30))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def zip_of(files: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer
