import io
import os
import re
import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from tagwork.kit.storage import BadKey, FileStore, LocalStore, disk_space, local_files


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "files")


def everything_below(store: LocalStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_it_returns_what_was_put(store: LocalStore) -> None:
    key = store.put(b"pixels", ".png")
    assert re.fullmatch(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}\.png", key)
    with store.open(key) as file:
        assert file.read() == b"pixels"
    assert store.size(key) == 6
    assert store.path(key).read_bytes() == b"pixels"


def test_it_reads_a_file_object_from_where_it_stands(store: LocalStore) -> None:
    source = io.BytesIO(b"skipped" + b"kept" * 1_000_000)
    source.seek(7)
    assert store.size(store.put(source)) == 4_000_000


def test_the_same_bytes_get_two_keys_so_that_one_deletion_spares_the_other(store: LocalStore) -> None:
    first, second = store.put(b"x"), store.put(b"x")
    store.delete(first)
    store.delete(first)
    with pytest.raises(FileNotFoundError):
        store.open(first)
    assert store.size(second) == 1


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "ab/cd/../../../etc/passwd",
        "ab/cd/" + "0" * 32 + "/../../../x",
        "ab/cd/" + "0" * 32 + "\n",
        "ab/cd/" + "0" * 32 + ".png\0.txt",
        "ab\\cd\\" + "0" * 32,
        "AB/CD/" + "0" * 32,
        "ab/cd/" + "0" * 31,
        "ab/cd/" + "０" * 32,
        "ab/cd/" + "0" * 32 + "..png",
        "ab/cd/" + "0" * 32 + ".tar.gz",
        "file:///etc/passwd",
        "%2e%2e/%2e%2e/" + "0" * 32,
    ],
)
def test_it_refuses_a_key_it_did_not_make(store: LocalStore, key: str) -> None:
    for ask in (store.path, store.open, store.size, store.delete):
        with pytest.raises(BadKey):
            ask(key)


@pytest.mark.parametrize("suffix", ["png", "./x", ".PNG", ".p g", ".tar.gz", "/../x", ".\n", ".ninechars", "."])
def test_it_refuses_a_suffix_that_is_more_than_an_extension(store: LocalStore, suffix: str) -> None:
    with pytest.raises(BadKey):
        store.put(b"x", suffix)


def test_it_does_not_follow_a_link_planted_in_the_store(store: LocalStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    key = store.put(b"x")
    store.path(key).unlink()
    store.path(key).symlink_to(secret)
    with pytest.raises(OSError):
        store.open(key)


def test_nothing_is_left_when_the_source_breaks(store: LocalStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 2_000_000:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        store.put(Broken(bytes(4_000_000)))
    assert everything_below(store) == []


def test_it_is_durable_before_it_answers(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def recording(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    key = store.put(b"x")
    path = store.path(key)
    assert synced[0].endswith(".partial"), "the bytes come before the name"
    assert {str(path.parent), str(path.parent.parent), str(store.root)} <= set(synced)


def test_files_are_not_readable_by_strangers_of_the_machine(store: LocalStore) -> None:
    assert store.path(store.put(b"x")).stat().st_mode & 0o007 == 0


def test_many_can_put_at_once(store: LocalStore) -> None:
    keys: list[str] = []

    def put_some() -> None:
        keys.extend(store.put(b"x", ".jpg") for _ in range(25))

    threads = [threading.Thread(target=put_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 100 == len(everything_below(store))


def test_the_store_of_the_house_lies_below_its_files_folder(settings: object, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "house"  # type: ignore[attr-defined]
    store: FileStore = local_files()
    key = store.put(b"x")
    assert (tmp_path / "house" / key).is_file()


def test_a_house_without_any_file_knows_its_disk(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR, settings.FILES_DIR = tmp_path, tmp_path / "files"
    assert disk_space().total_bytes > 0
