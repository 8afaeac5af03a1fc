"""Archives from strangers: refused whole when they lie, otherwise used with every oddity told."""

import csv
import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from tagwork.kit.archives import MIB, ArchiveLimits, BadArchive, Members, cleaned_name, safe_members
from tagwork.kit.imaging import BadImage, sniffed_type

SHARED = Path(os.environ.get("TAGWORK_SHARED", "../shared")).resolve() / "data" / "bad_inputs"


def rows() -> list[tuple[str, str]]:
    if not (SHARED / "EXPECTED.csv").is_file():
        return []
    with (SHARED / "EXPECTED.csv").open() as file:
        return [(row["path"], row["expect"]) for row in csv.DictReader(file) if row["kind"] == "archive"]


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer


def refused(source: Path | io.BytesIO, limits: ArchiveLimits | None = None) -> BadArchive:
    with pytest.raises(BadArchive) as caught:
        safe_members(source, limits or ArchiveLimits())
    return caught.value


def not_images(members: Members) -> list[str]:
    names = []
    for member in members:
        with member.open() as file:
            try:
                sniffed_type(file.read(1024))
            except BadImage:
                names.append(member.name)
    return names


@pytest.mark.parametrize(("path", "expect"), rows())
def test_it_answers_every_hostile_archive_as_listed(shared_dir: Path, path: str, expect: str) -> None:
    try:
        members = safe_members(SHARED / path)
    except BadArchive as error:
        assert error.message.endswith(".")
        return
    with members:
        assert expect != "reject"
        if expect == "reject_or_report":
            assert members.problems or not_images(members)


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("not_a_zip.zip", "damaged", "incomplete"),
        ("tar_dotdot.tar.gz", "not_a_zip", "not a ZIP"),
        ("zip_truncated.zip", "damaged", "incomplete"),
        ("zip_bad_crc.zip", "damaged", "images/0.jpg"),
        ("zip_bomb_600MB.zip", "too_large", "images/zeros.png"),
        ("zip_encrypted_flag.zip", "encrypted", "images/secret.jpg"),
        ("zip_symlink.zip", "link", "images/link.jpg"),
        ("zip_slip_dotdot.zip", "path", "pwned_slip.txt"),
        ("zip_slip_backslash.zip", "path", "pwned_slip.txt"),
        ("zip_many_20000.zip", "too_many", "10,000"),
        ("zip_nested.zip", "empty", "0.zip"),
    ],
)
def test_a_refusal_names_the_reason_and_the_entry(shared_dir: Path, name: str, code: str, word: str) -> None:
    error = refused(SHARED / "archives" / name)
    assert error.code == code and word in error.message


def test_odd_names_are_cleaned_and_told(shared_dir: Path) -> None:
    with safe_members(SHARED / "archives" / "zip_odd_names.zip") as members:
        names = [member.name for member in members]
        assert names[:3] == ["images/привет 世界.jpg", "images/_con.jpg", "images/agpj.exe"]
        assert names[4] == "images/'; DROP TABLE tasks;--.jpg"
        assert len(names[3]) == len("images/") + 120 and names[3].endswith(".jpg")
        assert [p.code for p in members.problems] == ["name_cleaned"] * 3
        assert "\u202e" not in "".join(p.message for p in members.problems)
        assert next(iter(members)).open().read(3) == b"\xff\xd8\xff"


def test_the_first_of_two_names_stays_and_twins_are_told(shared_dir: Path) -> None:
    with safe_members(SHARED / "archives" / "zip_duplicate_names.zip") as members:
        assert [(member.name, member.size) for member in members] == [("images/a.jpg", 58_076)]
        assert [(p.entry, p.code, p.effect) for p in members.problems] == [
            ("images/a.jpg", "duplicate_name", "left_out"),
            ("images/A.jpg", "duplicate_name", "left_out"),
        ]


def test_composed_and_decomposed_letters_are_one_name() -> None:
    with safe_members(zipped(("é.jpg", b"1"), ("e\u0301.jpg", b"2"))) as members:
        assert [member.name for member in members] == ["é.jpg"]
        assert [p.code for p in members.problems] == ["duplicate_name"]


def test_an_archive_within_is_left_out_and_the_rest_is_used() -> None:
    inner = zipped(("x.jpg", b"x")).getvalue()
    tar = bytes(257) + b"ustar" + bytes(250)
    source = zipped(("a.jpg", b"a"), ("b.jpg", inner), ("c.jpg", b"\x1f\x8b\x08rest"), ("d.jpg", tar), ("e.jpg", b""))
    with safe_members(source) as members:
        assert [member.name for member in members] == ["a.jpg"]
        assert [(p.entry, p.code) for p in members.problems] == [
            ("b.jpg", "nested_archive"),
            ("c.jpg", "nested_archive"),
            ("d.jpg", "nested_archive"),
            ("e.jpg", "empty_file"),
        ]


def test_litter_of_operating_systems_is_left_out() -> None:
    source = zipped(("__MACOSX/._a.jpg", b"x"), (".DS_Store", b"x"), ("a/Thumbs.db", b"x"), ("a.jpg", b"a"))
    with safe_members(source) as m:
        assert [member.name for member in m] == ["a.jpg"]
        assert {p.code for p in m.problems} == {"litter"} and len(m.problems) == 3


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "a/../../b.jpg",
        "a/..",
        "/etc/passwd",
        "//host/share/a.jpg",
        "C:/a.jpg",
        "c:a.jpg",
        "..\\a.jpg",
        "a\\b.jpg",
        "\\\\host\\a.jpg",
        ".\u200b./a.jpg",
        ".\u202e./a.jpg",
        "\u200f/etc/passwd",
        " .. /a.jpg",
        "a/\x01../b.jpg",
        "..\0/a.jpg",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    assert refused(zipped((info, b"x"), ("ok.jpg", b"ok"))).code == "path"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a//b/./c.jpg", "a/b/c.jpg"),
        ("a \t b .jpg. ", "a b .jpg"),
        ("nul", "_nul"),
        ("x/COM1.png", "x/_COM1.png"),
        ("console.png", "console.png"),
        ('a<b>:"|?*.png', "a_b______.png"),
        ("\u202e", "unnamed"),
        ("...", "unnamed"),
        ("а\u0306.jpg", "ӑ.jpg"),
    ],
)
def test_names_are_cleaned(raw: str, clean: str) -> None:
    assert cleaned_name(raw) == clean
    assert cleaned_name(clean) == clean


def test_devices_and_pipes_are_refused_like_links() -> None:
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK):
        info = zipfile.ZipInfo("a.jpg")
        info.external_attr = (kind | 0o644) << 16
        assert refused(zipped((info, b"x"))).code == "link"


def test_compression_that_can_inflate_without_bound_is_refused() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert refused(zipped(("a.jpg", b"x"), method=method)).code == "method"


def test_each_limit_is_exact() -> None:
    three = [("a", b"x" * 100), ("b", b"y" * 100), ("c", b"z" * 100)]
    size = len(zipped(*three).getvalue())
    assert len(safe_members(zipped(*three), ArchiveLimits(size, 3, 100, 300, 200))) == 3
    assert refused(zipped(*three), ArchiveLimits(archive_bytes=size - 1)).code == "too_large"
    assert refused(zipped(*three), ArchiveLimits(members=2)).code == "too_many"
    assert refused(zipped(*three), ArchiveLimits(member_bytes=99)).code == "too_large"
    assert refused(zipped(*three), ArchiveLimits(total_bytes=299)).code == "too_large"


def test_a_ratio_beyond_the_limit_is_a_trap() -> None:
    # deflate reaches 1,032 : 1 on zeros (zlib's technical notes)
    source = zipped(("a.bmp", bytes(2 * MIB)))
    error = refused(source)
    assert error.code == "ratio" and "a.bmp" in error.message
    assert len(safe_members(source, ArchiveLimits(ratio=1100))) == 1


def patched(buffer: io.BytesIO, at_local: int, at_central: int, pack: str, value: int) -> io.BytesIO:
    data = bytearray(buffer.getvalue())
    struct.pack_into(pack, data, data.find(b"PK\3\4") + at_local, value)
    struct.pack_into(pack, data, data.find(b"PK\1\2") + at_central, value)
    return io.BytesIO(bytes(data))


def test_a_size_that_lies_in_either_direction_is_refused() -> None:
    source = zipped(("a.jpg", b"x" * 1000 + os.urandom(1000)))
    for lie in (10, 1999, 2001, 50_000):
        error = refused(patched(source, 22, 24, "<L", lie))
        assert error.code == "damaged" and "a.jpg" in error.message


def test_a_longer_size_with_a_true_checksum_is_refused() -> None:
    # the CRC of what is there holds, only the declared length is wrong
    data = b"x" * 1000
    assert zlib.crc32(data) == zipfile.ZipFile(zipped(("a", data))).infolist()[0].CRC
    assert refused(patched(zipped(("a", data)), 22, 24, "<L", 1001)).code == "damaged"


def test_entries_that_share_bytes_are_refused() -> None:
    data = bytearray(zipped(("a.jpg", b"1" * 50), ("b.jpg", b"2" * 50), method=zipfile.ZIP_STORED).getvalue())
    second = data.find(b"PK\1\2", data.find(b"PK\1\2") + 4)
    struct.pack_into("<L", data, second + 42, 4)  # the second entry starts inside the first
    assert refused(io.BytesIO(bytes(data))).code in ("overlap", "damaged")
    twins = zipped(("a.jpg", b"1" * 50), ("b.jpg", b"1" * 50), method=zipfile.ZIP_STORED).getvalue()
    data = bytearray(twins.replace(b"b.jpg", b"a.jpg"))
    second = data.find(b"PK\1\2", data.find(b"PK\1\2") + 4)
    struct.pack_into("<L", data, second + 42, 0)  # both entries are the same bytes
    assert refused(io.BytesIO(bytes(data))).code == "overlap"


def test_a_count_that_lies_does_not_get_past_the_limit() -> None:
    data = bytearray(zipped(*((f"{i}.jpg", b"x") for i in range(50))).getvalue())
    struct.pack_into("<HH", data, data.rfind(b"PK\5\6") + 8, 1, 1)
    assert refused(io.BytesIO(bytes(data)), ArchiveLimits(members=49)).code == "too_many"


def test_a_64_bit_count_is_believed_before_the_directory_is_read() -> None:
    source = zipped(("a.jpg", b"x")).getvalue()
    end = source.rfind(b"PK\5\6")
    huge = 10**12
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, huge, huge, 60, end - 60)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    assert refused(io.BytesIO(source[:end] + end64 + locator + source[end:])).code == "too_many"


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_every_cut_archive_is_refused(keep: float) -> None:
    source = zipped(*((f"{i}.jpg", os.urandom(500)) for i in range(5))).getvalue()
    assert refused(io.BytesIO(source[: int(len(source) * keep)])).code in ("not_a_zip", "damaged")


def test_noise_anywhere_never_escapes_as_another_error() -> None:
    import random

    chance = random.Random(20261121)
    source = zipped(*((f"{i}.jpg", os.urandom(60)) for i in range(4))).getvalue()
    for _ in range(600):
        data = bytearray(source)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            with safe_members(io.BytesIO(bytes(data))) as members:
                for member in members:
                    assert len(member.open().read()) == member.size
        except BadArchive:
            pass


def test_a_program_with_an_archive_behind_it_is_no_archive() -> None:
    source = io.BytesIO(b"MZ" + zipped(("a.jpg", b"x")).getvalue())
    assert refused(source).code == "not_a_zip"


def test_it_closes_the_file_it_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.jpg", b"x")).getvalue())
    before = len(os.listdir("/proc/self/fd"))
    safe_members(path).close()
    path.write_bytes(b"no")
    refused(path)
    assert len(os.listdir("/proc/self/fd")) == before
