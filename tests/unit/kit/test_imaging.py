"""Uploads are looked at outside this process, refused in plain words, and served only as fresh encodings."""

import csv
import io
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tagwork.kit import imaging
from tagwork.kit.imaging import BadImage, Derived, ImageLimits, Sandbox, inspect_and_derive

CODES = {"not_an_image", "type_refused", "too_large", "too_many_pixels", "truncated", "corrupt", "timeout"}
SHARED = Path(os.environ.get("TAGWORK_SHARED", "../shared")).resolve() / "data" / "bad_inputs"


def rows(folder: str) -> list[tuple[str, str]]:
    if not (SHARED / "EXPECTED.csv").is_file():
        return []
    with (SHARED / "EXPECTED.csv").open() as file:
        return [(row["path"], row["expect"]) for row in csv.DictReader(file) if row["path"].startswith(folder)]


def encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.int16)


def full(derived: Derived) -> np.ndarray:
    return pixels(derived.derivatives[-1].data)


def refusal(source: Path | bytes, **options: object) -> BadImage:
    with pytest.raises(BadImage) as caught:
        inspect_and_derive(source, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    fresh = Sandbox()
    yield fresh
    fresh.close()


@pytest.mark.parametrize(("path", "expect"), rows("images/"))
def test_it_answers_every_hostile_file_as_listed(shared_dir: Path, path: str, expect: str) -> None:
    try:
        derived = inspect_and_derive(SHARED / path)
    except BadImage as error:
        assert expect != "accept", error
        assert error.code in CODES
        assert error.message.endswith(".") and "\n" not in error.message and "/" not in error.message
    else:
        assert expect != "reject"
        assert derived.width > 0 and derived.height > 0
        assert {d.type for d in derived.derivatives} == {"image/avif", "image/jpeg"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bomb_1bit_30000x30000.png", "too_many_pixels"),
        ("claims_65500x65500.jpg", "too_many_pixels"),
        ("huge_header_2147483647x2147483647.png", "too_many_pixels"),
        ("empty.jpg", "not_an_image"),
        ("html_named.png", "not_an_image"),
        ("text_named.jpg", "not_an_image"),
        ("script.svg", "type_refused"),
        ("laughs.svg", "type_refused"),
        ("truncated_half.jpg", "truncated"),
        ("zero_dimension.png", "corrupt"),
        ("polyglot_js.gif", "corrupt"),
    ],
)
def test_it_names_the_reason(shared_dir: Path, path: str, code: str) -> None:
    assert refusal(SHARED / "images" / "selfmade" / path).code == code


@pytest.mark.parametrize("number", range(2, 9))
def test_it_turns_every_orientation_upright(shared_dir: Path, number: int) -> None:
    folder = SHARED / "images" / "exif_orientation"
    upright = inspect_and_derive(folder / "Landscape_1.jpg")
    turned = inspect_and_derive(folder / f"Landscape_{number}.jpg")
    assert (turned.width, turned.height) == (upright.width, upright.height) == (1800, 1200)
    difference = np.abs(full(upright) - full(turned))
    # The files are separate JPEG encodings of one photo; a wrong turn differs by more than 40 on average.
    assert difference.mean() < 4


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "TIFF", "AVIF", "JPEG"])
def test_it_applies_orientation_of_every_format(image_format: str) -> None:
    # left half red, right half blue; orientation 6 = turn 90 degrees clockwise to view: red comes to the top
    image = Image.new("RGB", (64, 32), "red")
    image.paste("blue", (32, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    derived = inspect_and_derive(encoded(image, image_format, exif=exif))
    assert (derived.width, derived.height) == (32, 64)
    view = full(derived)
    assert view[8, 16, 0] > 200 > 60 > view[8, 16, 2]
    assert view[56, 16, 2] > 200 > 60 > view[56, 16, 0]


def metadata_markers(data: bytes) -> list[bytes]:
    return [
        m for m in (b"Exif", b"http://ns.adobe.com", b"xmpmeta", b"<x:", b"GPS", b"ICC_PROFILE", b"8BIM") if m in data
    ]


def test_it_serves_no_position_and_no_payload(shared_dir: Path) -> None:
    source = SHARED / "images" / "selfmade" / "exif_gps_xss.jpg"
    assert metadata_markers(source.read_bytes()), "the fixture must hold what we strip"
    derived = inspect_and_derive(source)
    for data in [*(d.data for d in derived.derivatives), derived.placeholder]:
        assert metadata_markers(data) == []
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(image.info)


def test_it_strips_comments_text_chunks_profiles_and_trailing_bytes() -> None:
    from PIL.PngImagePlugin import PngInfo

    secret = "latitude 59.3293"
    text = PngInfo()
    text.add_text("Comment", secret)
    text.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{secret}</x:xmpmeta>")
    picture = Image.linear_gradient("L").convert("RGB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = secret
    for source in (
        encoded(picture, "PNG", pnginfo=text, exif=exif, icc_profile=profile),
        encoded(picture, "JPEG", comment=secret, exif=exif, icc_profile=profile) + secret.encode(),
        encoded(picture, "WEBP", xmp=secret.encode(), exif=exif),
        encoded(picture, "GIF", comment=secret.encode()) + secret.encode(),
        encoded(picture, "TIFF", exif=exif),
        encoded(picture, "AVIF", exif=exif, xmp=secret.encode()),
    ):
        assert secret.encode() in source
        derived = inspect_and_derive(source)
        for data in [*(d.data for d in derived.derivatives), derived.placeholder]:
            assert secret.encode() not in data
            assert metadata_markers(data) == []


def test_it_gives_the_same_bytes_for_the_same_file(shared_dir: Path) -> None:
    source = SHARED.parent / "images" / "clean_photos" / "china.jpg"
    assert inspect_and_derive(source) == inspect_and_derive(source.read_bytes())


def test_it_never_enlarges_and_always_offers_the_full_size_and_a_jpeg() -> None:
    derived = inspect_and_derive(encoded(Image.effect_noise((900, 600), 40).convert("RGB"), "PNG"))
    assert [(d.width, d.height, d.type) for d in derived.derivatives] == [
        (320, 213, "image/avif"),
        (320, 213, "image/jpeg"),
        (640, 427, "image/avif"),
        (640, 427, "image/jpeg"),
        (900, 600, "image/avif"),
        (900, 600, "image/jpeg"),
    ]
    for derivative in derived.derivatives:
        with Image.open(io.BytesIO(derivative.data)) as image:
            assert image.size == (derivative.width, derivative.height)
            assert Image.MIME[image.format or ""] == derivative.type
    with Image.open(io.BytesIO(derived.placeholder)) as image:
        assert image.size == (24, 16)
    assert len(derived.placeholder) < 400


def test_it_reports_the_hash_of_the_original_and_the_type_of_the_bytes(shared_dir: Path) -> None:
    import hashlib

    source = SHARED / "images" / "selfmade" / "png_named.jpg"
    derived = inspect_and_derive(source)
    assert derived.type == "image/png"
    assert derived.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert derived.source_bytes == source.stat().st_size


def test_it_lays_transparency_over_neutral_grey() -> None:
    # 50 % of white over 128: 128 + 0.5 * 127 = 191.5; full transparency is the ground itself
    for mode, fill in (("RGBA", (255, 255, 255, 128)), ("LA", (255, 128))):
        image = Image.new(mode, (40, 40), fill)
        image.paste(tuple([0] * len(fill)), (0, 0, 20, 40))
        view = full(inspect_and_derive(encoded(image, "PNG")))
        assert np.abs(view[20, 5] - 128).max() <= 2
        assert np.abs(view[20, 35] - 192).max() <= 2


def test_it_scales_sixteen_bit_grey_by_its_full_range() -> None:
    samples = np.full((40, 40), 32_896, dtype=np.uint16)  # 128 * 257
    view = full(inspect_and_derive(encoded(Image.fromarray(samples), "PNG")))
    assert np.abs(view - 128).max() <= 1


def test_it_refuses_thirty_two_bit_samples_in_words() -> None:
    image = Image.fromarray(np.zeros((8, 8), dtype=np.float32))
    error = refusal(encoded(image, "TIFF"))
    assert (error.code, error.message) == (
        "type_refused",
        "This image stores 32-bit samples; save it with 8 or 16 bits per colour and send it again.",
    )


def test_it_converts_profiles_to_srgb() -> None:
    # CIE Lab (50, 0, 0) is sRGB grey 119 (IEC 61966-2-1); a linear profile stores this light as 0.184 * 255 = 47.
    linear = linear_rgb_profile()
    source = encoded(Image.new("RGB", (32, 32), (47, 47, 47)), "PNG", icc_profile=linear)
    assert np.abs(full(inspect_and_derive(source)) - 119).max() <= 3


def linear_rgb_profile() -> bytes:
    """sRGB with its three tone curves replaced by the identity (ICC.1:2022, curveType with no entries)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    identity = b"curv" + bytes(8)
    for index in range(count):
        at = 132 + 12 * index
        tag, offset, _ = struct.unpack_from(">4sII", data, at)
        if tag in (b"rTRC", b"gTRC", b"bTRC"):
            data[offset : offset + len(identity)] = identity
            struct.pack_into(">I", data, at + 8, len(identity))
        if tag == b"desc":  # not to be taken for sRGB by its name
            place = data.find("sRGB".encode("utf-16-be"), offset)
            data[place : place + 8] = "line".encode("utf-16-be")
    return bytes(data)


def test_it_survives_a_broken_profile() -> None:
    source = encoded(Image.new("RGB", (32, 32), (10, 200, 30)), "JPEG", icc_profile=b"not a profile" * 20)
    assert np.abs(full(inspect_and_derive(source))[16, 16] - (10, 200, 30)).max() <= 4


def test_it_shows_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "lime", "blue")]
    source = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert full(inspect_and_derive(source))[15, 15, 0] > 200


def test_it_refuses_a_png_with_a_flipped_bit() -> None:
    source = bytearray(encoded(Image.effect_noise((64, 64), 50), "PNG"))
    source[len(source) // 2] ^= 1
    assert refusal(bytes(source)).code == "corrupt"


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_it_notices_every_cut_file(image_format: str, keep: float) -> None:
    source = encoded(Image.effect_noise((200, 150), 60).convert("RGB"), image_format)
    assert refusal(source[: int(len(source) * keep)]).code in ("truncated", "corrupt")


def test_it_refuses_files_above_the_byte_limit_from_disk_and_from_memory(tmp_path: Path) -> None:
    source = encoded(Image.effect_noise((64, 64), 50), "PNG")
    (tmp_path / "a.png").write_bytes(source)
    limits = ImageLimits(source_bytes=len(source) - 1)
    assert refusal(source, limits=limits).code == "too_large"
    assert refusal(tmp_path / "a.png", limits=limits).code == "too_large"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_the_pixel_limit_is_exact_and_comes_before_decoding() -> None:
    image = encoded(Image.new("L", (100, 100)), "PNG")
    assert inspect_and_derive(image, limits=ImageLimits(max_pixels=10_000)).width == 100
    assert refusal(image, limits=ImageLimits(max_pixels=9_999)).code == "too_many_pixels"
    assert refusal(png_claiming(10_001, 10_000)).code == "too_many_pixels"
    assert refusal(png_claiming(32_001, 1)).code == "too_many_pixels"
    assert refusal(png_claiming(10_000, 10_000)).code in ("truncated", "corrupt")


def test_it_reads_the_canvas_of_a_webp_before_the_decoder_does() -> None:
    # VP8X: 24-bit width - 1 and height - 1 (RFC 9649, 2.7): 16383 x 16383 = 268 megapixels
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (16_382).to_bytes(3, "little") * 2
    source = b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
    assert refusal(source).code == "too_many_pixels"
    for options in ({"lossless": True}, {"quality": 50}):
        webp = encoded(Image.new("RGB", (120, 80), "red"), "WEBP", **options)
        assert refusal(webp, limits=ImageLimits(max_pixels=9_000)).code == "too_many_pixels"
        assert inspect_and_derive(webp).width == 120


@pytest.mark.parametrize(
    ("head", "code", "word"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "type_refused", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "type_refused", "video"),
        (b"%PDF-1.7", "type_refused", "PDF"),
        (b"8BPS\0\1", "type_refused", "Photoshop"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "type_refused", "PostScript"),
        (b"SIMPLE  =                    T", "type_refused", "FITS"),
        (b"PK\3\4", "type_refused", "ZIP"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg onload=alert(1)>", "type_refused", "SVG"),
        (b"<!doctype html><script>", "not_an_image", "not an image"),
        (b"#!/bin/sh\nrm", "not_an_image", "not an image"),
        (b"MZ\x90", "not_an_image", "not an image"),
    ],
)
def test_it_refuses_other_kinds_by_their_bytes(head: bytes, code: str, word: str) -> None:
    error = refusal(head)
    assert error.code == code and word in error.message


def test_a_slow_image_ends_at_the_wall_clock_and_the_next_one_works(sandbox: Sandbox, tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    big.write_bytes(encoded(Image.effect_noise((3000, 3000), 60), "PNG", compress_level=1))
    with pytest.raises(BadImage, match="too long"):
        sandbox.derive(big, "image/png", (320,), ImageLimits(wall_seconds=0.05))
    assert sandbox.derive(big, "image/png", (320,), ImageLimits())["width"] == 3000


def test_an_image_ends_at_its_processor_limit_and_the_child_stays(sandbox: Sandbox, tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    big.write_bytes(encoded(Image.effect_noise((6000, 4000), 60), "PNG", compress_level=1))
    small = tmp_path / "small.png"
    small.write_bytes(encoded(Image.new("L", (8, 8)), "PNG"))
    sandbox.derive(small, "image/png", (), ImageLimits())
    child = sandbox._child
    with pytest.raises(BadImage) as caught:
        sandbox.derive(big, "image/png", tuple(range(2000, 2448, 16)), ImageLimits(cpu_seconds=1))
    assert caught.value.code == "timeout"
    assert sandbox.derive(small, "image/png", (), ImageLimits())["width"] == 8
    assert sandbox._child is child


def test_memory_is_capped(sandbox: Sandbox, tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    big.write_bytes(encoded(Image.new("RGB", (9000, 9000), "red"), "PNG", compress_level=1))
    with pytest.raises(BadImage) as caught:
        sandbox.derive(big, "image/png", (320,), ImageLimits(memory_bytes=200 * imaging.MIB))
    assert caught.value.code == "too_large"


def test_output_is_capped(tmp_path: Path, sandbox: Sandbox) -> None:
    noise = tmp_path / "noise.png"
    noise.write_bytes(encoded(Image.effect_noise((800, 800), 80), "PNG"))
    with pytest.raises(BadImage):
        sandbox.derive(noise, "image/png", (), replace(ImageLimits(), output_bytes=20_000))


def test_it_recovers_when_the_child_was_killed_from_outside(sandbox: Sandbox, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    small.write_bytes(encoded(Image.new("L", (8, 8)), "PNG"))
    sandbox.derive(small, "image/png", (), ImageLimits())
    first = sandbox._child
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    assert sandbox.derive(small, "image/png", (), ImageLimits())["width"] == 8
    assert sandbox._child is not first


def test_the_child_knows_nothing_of_our_environment(sandbox: Sandbox, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    small.write_bytes(encoded(Image.new("L", (8, 8)), "PNG"))
    sandbox.derive(small, "image/png", (), ImageLimits())
    assert sandbox._child is not None
    environment = Path(f"/proc/{sandbox._child.pid}/environ")
    if not environment.exists():
        pytest.skip("no /proc here")
    assert environment.read_bytes() == b"LC_ALL=C.UTF-8\0"


def test_this_side_never_imports_the_decoder() -> None:
    code = "import sys, tagwork.kit.imaging; sys.exit('PIL' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_left_behind_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    inspect_and_derive(encoded(Image.new("L", (8, 8)), "PNG"))
    with pytest.raises(BadImage):
        inspect_and_derive(b"\x89PNG\r\n\x1a\n")
    assert list(tmp_path.iterdir()) == []
