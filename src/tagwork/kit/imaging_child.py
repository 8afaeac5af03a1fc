"""The sandboxed half of `imaging`: started as a file, imports Pillow and nothing of ours, knows no secret.

It reads one JSON request a line and forks for each image; the fork lowers its own limits, decodes, writes its answer
into the request's folder and dies. A crash, a memory blow-up or a leak costs that one image, and nothing of another
client's survives it. Rejected: one process an image (0.15 s of imports each) and a pool (a process cannot raise its
limits again for the next image).
"""

import io
import json
import os
import resource
import signal
import struct
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from PIL import AvifImagePlugin, ExifTags, Image, ImageCms, ImageFile

NEUTRAL_GREY = (128, 128, 128)
AVIF_QUALITY = 60
# From speed 9 on libaom works in one pass: a quarter of the time of speed 8 for 2 % more bytes (7 photographs).
AVIF_SPEED = 9
# Beyond this an AVIF costs seconds; the full copy of a camera picture is a JPEG only.
AVIF_MAX_PIXELS = 6_000_000
JPEG_QUALITY = 82
FULL_JPEG_QUALITY = 92
PLACEHOLDER_PX = 24

TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refusal(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def too_many_pixels(max_pixels: int, max_side_px: int) -> Refusal:
    return Refusal(
        "too_many_pixels",
        f"This image is too large: at most {max_pixels // 1_000_000} megapixels and {max_side_px:,} pixels a side "
        "are accepted.",
    )


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in px by the first 32 bytes of a WebP; Pillow allocates the canvas before it tells the size."""
    kind, body = head[12:16], head[20:32].ljust(12, b"\0")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None


def opened(path: Path, image_format: str, max_pixels: int, max_side_px: int) -> ImageFile.ImageFile:
    """The image with its header read and its size accepted, nothing decoded yet."""
    if image_format == "WEBP":
        with path.open("rb") as file:
            size = webp_size(file.read(32))
        if size and (size[0] * size[1] > max_pixels or max(size) > max_side_px):
            raise too_many_pixels(max_pixels, max_side_px)
    if image_format == "PNG":
        # Pillow does not check the CRC of pixel chunks while decoding; a flipped bit would become a wrong picture.
        with Image.open(path, formats=["PNG"]) as image:
            image.verify()
    image = Image.open(path, formats=[image_format])
    width, height = image.size
    if width < 1 or height < 1:
        raise Refusal("corrupt", "This file says its width or height is zero.")
    if max(width, height) > max_side_px:
        raise too_many_pixels(max_pixels, max_side_px)
    return image


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; an unreadable EXIF block means 1, since it says nothing about the pixels."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        return 1
    return value if isinstance(value, int) else 1


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB of an L, RGB, RGBA or CMYK image, through its ICC profile when that is usable; alpha is kept."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = source.profile.xcolor_space.strip()
            fits = space == {"L": "GRAY", "CMYK": "CMYK"}.get(image.mode, "RGB")
            if fits and not (source.profile.profile_description or "").startswith("sRGB"):
                srgb = ImageCms.createProfile("sRGB")
                in_place = image.mode == target
                converted = ImageCms.profileToProfile(image, source, srgb, outputMode=target, inPlace=in_place)
                return image if converted is None else converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # an unusable profile is common; without one a picture counts as sRGB
    return image if image.mode == target else image.convert(target)


def flattened(image: Image.Image) -> Image.Image:
    """8-bit sRGB without alpha: transparency over neutral grey, 16-bit grey scaled by its full range."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda sample: sample * (1 / 257)).convert("L")
    if image.mode in ("I", "F"):
        raise Refusal(
            "type_refused", "This image stores 32-bit samples; save it with 8 or 16 bits per colour and send it again."
        )
    if image.mode == "LAB":
        raise Refusal("type_refused", "This image uses the Lab colour space; save it as RGB and send it again.")
    if image.mode in ("LA", "La"):
        image = image.convert("LA")
        alpha = image.getchannel("A")
        image = to_srgb(image.getchannel("L"), profile)
        image.putalpha(alpha)
    elif image.has_transparency_data:
        image = to_srgb(image.convert("RGBA"), profile)
    else:
        image = to_srgb(image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB"), profile)
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, NEUTRAL_GREY)
        ground.paste(image, mask=image)
        image = ground
    image.info = {}  # savers look here for comments and profiles
    return image


def fitted_height(width: int, height: int, target_width: int) -> int:
    return max(1, round(height * target_width / width))


def derive(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    image: Image.Image = opened(
        Path(request["source"]), request["format"], request["max_pixels"], request["max_side_px"]
    )
    image.load()
    method = TRANSPOSE.get(orientation(image))
    image = flattened(image)
    if method is not None:
        image = image.transpose(method)
    width, height = image.size

    files: list[dict[str, Any]] = []

    def save(picture: Image.Image, image_format: str, **options: Any) -> None:
        name = f"{len(files)}.{image_format.lower()}"
        picture.save(folder / name, image_format, **options)
        media_type = f"image/{image_format.lower()}"
        files.append({"width": picture.width, "height": picture.height, "type": media_type, "name": name})

    for target in sorted({*request["widths"], width}):
        if target > width:
            continue
        is_full = target == width
        picture = image
        if not is_full:
            size = (target, fitted_height(width, height, target))
            picture = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        if picture.width * picture.height <= AVIF_MAX_PIXELS:
            save(picture, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)
        if is_full:
            # Baseline without optimisation: libjpeg then needs no copy of all coefficients of 100 megapixels.
            save(picture, "JPEG", quality=FULL_JPEG_QUALITY, subsampling="4:4:4")
        else:
            save(picture, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)

    scale = min(1.0, PLACEHOLDER_PX / max(width, height))
    tiny = image.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.BOX)
    tiny.save(folder / "placeholder.webp", "WEBP", quality=40, method=4)
    return {"width": width, "height": height, "files": files}


def refusal_of(error: BaseException, request: dict[str, Any]) -> Refusal:
    """What a client is told about any failure inside Pillow; texts of libraries stay out of it."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, (Image.DecompressionBombWarning, Image.DecompressionBombError)):
        return too_many_pixels(request["max_pixels"], request["max_side_px"])
    if isinstance(error, MemoryError):
        return Refusal("too_large", "This image needs more memory to open than is allowed.")
    text = str(error)
    if "truncated" in text or "Truncated" in text or isinstance(error, EOFError):
        return Refusal("truncated", "This image is incomplete: the file ends before the picture does.")
    return Refusal("corrupt", "This image is damaged or not written as its type demands, so it cannot be opened.")


def limit(request: dict[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, request["memory_bytes"]),
        (resource.RLIMIT_CPU, request["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, request["output_bytes"]),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (value, value))


def work(request: dict[str, Any], folder: Path) -> NoReturn:
    """The forked process: answers into answer.json and leaves without any clean-up of the parent's state."""
    try:
        limit(request)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a write fails with an error of ours
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # decoders write to stderr; stdin and stdout belong to the protocol
            os.dup2(quiet, stream)
        Image.MAX_IMAGE_PIXELS = request["max_pixels"]
        try:
            answer = derive(request, folder)
        except BaseException as error:
            refusal = refusal_of(error, request)
            answer = {"error": {"code": refusal.code, "message": str(refusal)}}
        (folder / "answer.json").write_text(json.dumps(answer))
    except BaseException:
        os._exit(1)
    os._exit(0)


def main() -> None:
    # Pillow's warnings are noise of odd files; only the one on pixels is a refusal.
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            work(request, Path(request["folder"]))
        _, status = os.waitpid(pid, 0)
        sys.stdout.buffer.write(b"%d\n" % status)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
