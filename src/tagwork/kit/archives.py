"""ZIP archives from strangers: everything about the whole is checked before the first member is handed out.

An archive that lies (sizes, checksums, overlaps), hides (encryption, links) or reaches out (paths) is refused whole,
since nobody can say which half of it was meant. What concerns one entry (a second file of the same name, an archive
within, an odd name) is told as data beside the members that can be used.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Final, Literal, Self

from tagwork.kit.errors import Refusal

MIB: Final = 1024 * 1024
CHUNK_BYTES: Final = 256 * 1024
# A ratio says nothing about small files: 4 KiB of zeros are not an attack.
RATIO_FROM_BYTES: Final = MIB
COMPONENT_CHARACTERS: Final = 120
RAW_NAME_CHARACTERS: Final = 1000
DIRECTORY_BYTES_PER_MEMBER: Final = 512
SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
FORBIDDEN_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]')
LITTER: Final = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)
ARCHIVE_MAGIC: Final = (
    b"PK\3\4",
    b"PK\5\6",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
TAR_MAGIC: Final = b"ustar"
TAR_MAGIC_AT: Final = 257

END = struct.Struct("<4s4H2LH")
END64_LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCAL = struct.Struct("<4s5H3L2H")


class BadArchive(Refusal):
    """A refused archive, of which nothing may be used. `code`: not_a_zip, too_large, too_many, ratio, encrypted, link,
    path, method, overlap, damaged or empty; the message names the entry."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ArchiveLimits:
    archive_bytes: int = 2048 * MIB
    members: int = 10_000
    member_bytes: int = 64 * MIB
    total_bytes: int = 4096 * MIB
    ratio: int = 200


@dataclass(frozen=True)
class EntryProblem:
    """What happened to one entry: `renamed` (used under a cleaned name) or `left_out`."""

    entry: str
    code: Literal["name_cleaned", "duplicate_name", "nested_archive", "empty_file", "litter", "name_too_long"]
    effect: Literal["renamed", "left_out"]
    message: str


@dataclass(frozen=True)
class Member:
    """`name` is clean: relative, "/" between parts, NFC, no control or direction marks. `raw_name` is what annotation
    files in the same archive will call it. `size` in bytes."""

    name: str
    raw_name: str
    size: int
    _info: zipfile.ZipInfo
    _zip: zipfile.ZipFile

    def open(self) -> IO[bytes]:
        """The bytes, never more than `size`; the checksum is compared again at the end."""
        return self._zip.open(self._info)


class Members:
    """The usable members in archive order, and what was found odd; close it (or use `with`) when all is read."""

    def __init__(self, members: list[Member], problems: list[EntryProblem], resources: ExitStack) -> None:
        self._members = tuple(members)
        self.problems = tuple(problems)
        self._resources = resources

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def close(self) -> None:
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def safe_members(source: Path | BinaryIO, limits: ArchiveLimits = ArchiveLimits()) -> Members:
    """Checks the ZIP `source` completely (each entry is inflated once) and gives its usable members.

    A file object must be seekable and stay open while members are read. Raises BadArchive.
    """
    with ExitStack() as resources:
        file = resources.enter_context(source.open("rb")) if isinstance(source, Path) else source
        try:
            _check_whole(file, limits)
            archive = resources.enter_context(zipfile.ZipFile(file))
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries, limits)
            _check_overlap(file, entries)
            members, problems = _sorted_out(archive, entries)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            struct.error,
            UnicodeDecodeError,
            EOFError,
            OverflowError,
        ) as e:
            raise BadArchive("damaged", "This ZIP archive is damaged; make it again and send it once more.") from e
        if not members:
            told = f" ({problems[0].message})" if problems else ""
            raise BadArchive("empty", f"This archive holds no file that can be used{told}.")
        return Members(members, problems, resources.pop_all())


def _shown(name: str) -> str:
    """An entry's name fit for a sentence."""
    clean = "".join(c if c.isprintable() else "�" for c in name)
    return f"“{clean[:80]}…”" if len(clean) > 80 else f"“{clean}”"


def _check_whole(file: BinaryIO, limits: ArchiveLimits) -> None:
    """Size, kind and number of entries, from the first and last bytes only: the directory of a million entries would
    cost a gigabyte before zipfile tells its length."""
    size = file.seek(0, 2)
    if size > limits.archive_bytes:
        raise BadArchive("too_large", f"This archive is larger than {limits.archive_bytes // MIB:,} MiB; split it.")
    file.seek(0)
    if file.read(4) not in (b"PK\3\4", b"PK\5\6"):
        raise BadArchive("not_a_zip", "This file is not a ZIP archive; other kinds of archive are not read.")
    tail_at = max(0, size - END.size - 65_535)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END.size:
        raise BadArchive("damaged", "This ZIP archive is incomplete: its table of contents is missing.")
    fields = END.unpack_from(tail, at)
    count, directory_bytes = fields[4], fields[5]
    locator_at = tail_at + at - END64_LOCATOR.size
    if locator_at >= 0:
        file.seek(locator_at)
        signature, _, end64_at, _ = END64_LOCATOR.unpack(file.read(END64_LOCATOR.size))
        if signature == b"PK\6\7":
            file.seek(end64_at)
            fields64 = END64.unpack(file.read(END64.size))
            count, directory_bytes = max(count, fields64[7]), fields64[8]
    if count > limits.members or directory_bytes > limits.members * DIRECTORY_BYTES_PER_MEMBER:
        raise BadArchive("too_many", f"This archive holds more than {limits.members:,} files; split it.")


def _check_entries(entries: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    if len(entries) > limits.members:
        raise BadArchive("too_many", f"This archive holds more than {limits.members:,} files; split it.")
    for entry in entries:
        name = _shown(entry.orig_filename)
        mode = entry.external_attr >> 16
        # Bits 0, 6 and 13: encrypted, strongly encrypted, directory encrypted (APPNOTE 4.4.4).
        if entry.flag_bits & 0x2041:
            raise BadArchive("encrypted", f"{name} is encrypted; send the archive without a password.")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise BadArchive("link", f"{name} is a link or a device, not a file; send the file itself.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadArchive("method", f"{name} is compressed in a way that is not read; use plain ZIP compression.")
        if entry.file_size > limits.member_bytes:
            raise BadArchive("too_large", f"{name} unpacks to more than {limits.member_bytes // MIB:,} MiB.")
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise BadArchive("ratio", f"{name} unpacks to more than {limits.ratio} times its size, as only traps do.")
        _check_path(entry.orig_filename)
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise BadArchive("too_large", f"This archive unpacks to more than {limits.total_bytes // MIB:,} MiB; split it.")


def _check_path(raw: str) -> None:
    """Refuses every way of leaving a folder, before and after invisible characters are taken out."""
    visible = _visible(raw)
    for name in (raw, visible):
        if (
            "\\" in name
            or name.startswith("/")
            or re.match(r"[A-Za-z]:", name)
            or any(part.strip() == ".." for part in name.split("/"))
        ):
            raise BadArchive("path", f"{_shown(raw)} points outside the archive; use plain names in plain folders.")


def _check_overlap(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are how 10 MB become 281 TB (Fifield, A better zip bomb, WOOT 2019)."""
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise BadArchive("overlap", f"{_shown(entry.orig_filename)} shares its bytes with another entry.")
        file.seek(entry.header_offset)
        fields = LOCAL.unpack(file.read(LOCAL.size))
        end = entry.header_offset + LOCAL.size + fields[9] + fields[10] + entry.compress_size


def _sorted_out(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[list[Member], list[EntryProblem]]:
    members: list[Member] = []
    problems: list[EntryProblem] = []
    seen: dict[str, str] = {}
    for entry in entries:
        raw = entry.orig_filename
        shown = _shown(raw)
        head = _verified_head(archive, entry)
        if LITTER.search(raw):
            problems.append(EntryProblem(raw, "litter", "left_out", f"{shown} is a note of an operating system"))
            continue
        if entry.file_size == 0:
            problems.append(EntryProblem(raw, "empty_file", "left_out", f"{shown} is empty"))
            continue
        if head.startswith(ARCHIVE_MAGIC) or head[TAR_MAGIC_AT:].startswith(TAR_MAGIC):
            problems.append(
                EntryProblem(raw, "nested_archive", "left_out", f"{shown} is an archive within the archive")
            )
            continue
        if len(raw) > RAW_NAME_CHARACTERS:
            problems.append(EntryProblem(raw, "name_too_long", "left_out", f"{shown} has too long a name"))
            continue
        name = cleaned_name(raw)
        # Case twins are one file on two of three operating systems, where the client will unpack an export.
        twin = seen.setdefault(name.casefold(), raw)
        if twin is not raw:
            told = f"{shown} has the name of an earlier file, {_shown(twin)}"
            problems.append(EntryProblem(raw, "duplicate_name", "left_out", told))
            continue
        if name != raw:
            problems.append(EntryProblem(raw, "name_cleaned", "renamed", f"{shown} is called {_shown(name)} here"))
        members.append(Member(name, raw, entry.file_size, entry, archive))
    return members, problems


def _verified_head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The first bytes of an entry, after all of it was inflated and its size and CRC found true."""
    try:
        with archive.open(entry) as stream:
            head = stream.read(512)
            size = len(head)
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if size > entry.file_size:
                    break
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as e:
        told = f"{_shown(entry.orig_filename)} is damaged; make the archive again."
        raise BadArchive("damaged", told) from e
    if size != entry.file_size:
        raise BadArchive("damaged", f"{_shown(entry.orig_filename)} is not as long as the archive says.")
    return head


def _visible(name: str) -> str:
    """`name` in NFC without control, format (direction marks, zero width), surrogate and unassigned characters."""
    kept = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co"))
    return unicodedata.normalize("NFC", kept)


def cleaned_name(raw: str) -> str:
    """A relative name that shows as it reads and can be unpacked everywhere; at most 120 characters a part."""
    parts = []
    for part in _visible(raw).split("/"):
        part = FORBIDDEN_ON_WINDOWS.sub("_", " ".join(part.split())).rstrip(". ")
        if not part:
            continue
        if RESERVED.match(part):
            part = f"_{part}"
        if len(part) > COMPONENT_CHARACTERS:
            suffix = found.group() if (found := SUFFIX.search(part)) else ""
            part = part[: COMPONENT_CHARACTERS - len(suffix)] + suffix
        parts.append(part)
    return "/".join(parts) or "unnamed"
