"""Uploads: each file stands alone, every bad one is named, and any number of processes may decode."""

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image as Picture

from tagwork.kit import clock, storage
from tagwork.kit.errors import NotFound, WrongState
from tagwork.kit.ids import opaque_id
from tagwork.kit.models import OutboxEvent
from tagwork.projects import queries, topics
from tagwork.projects.models import Image, Project
from tagwork.projects.operations import process_images as processing
from tagwork.projects.operations.close_project import close_project
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.receive_images import Report, receive_images
from tagwork.projects.operations.sweep_originals import GRACE_SECONDS, sweep_originals
from tagwork.projects.pictures import ORIGINAL_SUFFIX
from tests.builders import people, pictures, projects
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db


def upload(project: Project, **files: bytes) -> Report:
    named = [(name.replace("_", "."), pictures.stream(content)) for name, content in files.items()]
    return receive_images(project.created_by, project_id=project.pk, files=named)


def stored_files() -> set[Path]:
    return {path for path in storage.local_files().root.rglob("*") if path.is_file()}


def test_an_image_waits_until_it_is_decoded_and_then_has_sources() -> None:
    project = projects.draft()
    content = pictures.png(1, 1300, 700)
    report = upload(project, photo_png=content)
    image = Image.objects.get()
    assert [(one.file_name, one.pk) for one in report.accepted] == [("photo.png", image.pk)]
    assert (image.state, image.byte_size, image.sha256) == (
        "waiting",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert process_images() == 1
    image.refresh_from_db()
    assert (image.state, image.width_px, image.height_px) == ("ready", 1300, 700)
    widths = {one["width"] for one in image.derivatives}
    assert widths == {320, 640, 1080, 1300}
    for one in image.derivatives:
        with Picture.open(storage.local_files().path(one["key"])) as opened:
            assert (opened.width, opened.height) == (one["width"], one["height"])
            assert opened.get_format_mimetype() == one["type"]
    assert image.placeholder.startswith("data:image/webp;base64,")


def test_a_ready_image_is_told_once() -> None:
    project = projects.draft()
    upload(project, a_png=pictures.png(1))
    process_images()
    assert process_images() == 0
    image = Image.objects.get()
    event = OutboxEvent.objects.get(topic=topics.IMAGE_READY)
    assert event.payload == {"project_id": str(project.pk), "image_id": str(image.pk)}


def test_what_is_no_image_is_refused_at_once_by_name() -> None:
    project = projects.draft()
    report = upload(project, note_png=b"hello", empty_jpg=b"", page_svg=b"<svg/>", good_png=pictures.png(2))
    assert [(one.name, one.code) for one in report.refused] == [
        ("note.png", "not_an_image"),
        ("empty.jpg", "not_an_image"),
        ("page.svg", "type_refused"),
    ]
    assert [one.file_name for one in report.accepted] == ["good.png"]
    assert all(one.text for one in report.refused)


def test_an_image_that_breaks_off_is_refused_when_decoded_and_its_bytes_are_dropped() -> None:
    project = projects.draft()
    upload(project, half_png=pictures.png(3)[:-60])
    before = stored_files()
    assert process_images() == 1
    image = Image.objects.get()
    assert (image.state, image.refusal_code in {"truncated", "corrupt"}) == ("refused", True)
    assert image.refusal_text.endswith(".")
    assert len(before - stored_files()) == 1
    assert not OutboxEvent.objects.filter(topic=topics.IMAGE_READY).exists()


def test_the_same_bytes_are_refused_with_the_name_of_the_other() -> None:
    project = projects.draft()
    upload(project, first_png=pictures.png(4))
    (again,) = upload(project, second_png=pictures.png(4)).refused
    assert (again.name, again.code) == ("second.png", "duplicate")
    assert "first.png" in again.text
    process_images()
    assert upload(project, third_png=pictures.png(4)).refused[0].code == "duplicate"


def test_the_same_bytes_may_be_in_two_projects() -> None:
    for project in (projects.draft(), projects.draft()):
        assert upload(project, photo_png=pictures.png(5)).accepted


def test_a_refused_image_may_be_sent_again() -> None:
    project = projects.draft()
    broken = pictures.png(6)[:-60]
    upload(project, photo_png=broken)
    process_images()
    assert upload(project, photo_png=broken).accepted


def test_equal_images_that_slipped_in_together_become_one() -> None:
    project = projects.draft()
    upload(project, first_png=pictures.png(7))
    first = Image.objects.get()
    twin = Image.objects.get()
    twin.file_name = "second.png"
    twin.original_key = storage.local_files().put(pictures.png(7))
    twin.pk = opaque_id()
    twin.save(force_insert=True)
    assert process_images() == 2
    first.refresh_from_db()
    twin.refresh_from_db()
    assert {first.state, twin.state} == {"ready", "refused"}
    refused = first if first.state == "refused" else twin
    assert refused.refusal_code == "duplicate"


def test_an_archive_brings_its_members_and_every_bad_entry_is_named() -> None:
    project = projects.draft()
    archive = pictures.zip_of(
        {
            "day/one.png": pictures.png(8),
            "day/two.png": pictures.png(9),
            "readme.txt": b"hello",
            "__MACOSX/._one.png": b"litter",
            "again.png": pictures.png(8),
        }
    )
    report = receive_images(project.created_by, project_id=project.pk, files=[("photos.zip", archive)])
    assert [one.file_name for one in report.accepted] == ["day/one.png", "day/two.png"]
    assert {(one.name, one.code) for one in report.refused} == {
        ("__MACOSX/._one.png", "litter"),
        ("readme.txt", "not_an_image"),
        ("again.png", "duplicate"),
    }


def test_a_hostile_archive_is_refused_whole_beside_good_files() -> None:
    project = projects.draft()
    evil = pictures.zip_of({"../../etc/passwd.png": pictures.png(10)})
    files: list[tuple[str, io.BytesIO]] = [("evil.zip", evil), ("good.png", pictures.stream(pictures.png(11)))]
    report = receive_images(project.created_by, project_id=project.pk, files=files)
    assert [(one.name, one.code) for one in report.refused] == [("evil.zip", "path")]
    assert [one.file_name for one in report.accepted] == ["good.png"]


def test_a_name_with_a_path_or_marks_is_cleaned() -> None:
    project = projects.draft()
    named = "C:\\Users\\me\\..\\" + "n" * 400 + "\u202egnp.png"
    report = receive_images(project.created_by, project_id=project.pk, files=[(named, io.BytesIO(pictures.png(12)))])
    name = report.accepted[0].file_name
    assert len(name) <= 255 and "\u202e" not in name and "\\" not in name and name.endswith(".png")


def test_it_refuses_a_stranger_and_a_closing_project() -> None:
    project = projects.live()
    for stranger in (people.outsider(), people.worker(), people.operator()):
        with pytest.raises(NotFound):
            receive_images(stranger, project_id=project.pk, files=[])
    close_project(project.created_by, project_id=project.pk)
    with pytest.raises(WrongState):
        upload(project, late_png=pictures.png(13))


def test_an_image_that_another_process_took_is_left_to_it_until_its_time_is_up() -> None:
    project = projects.draft()
    upload(project, photo_png=pictures.png(14))
    assert processing._take() is not None
    assert process_images() == 0
    clock.advance(timedelta(seconds=processing.BUSY_SECONDS + 1))
    assert process_images() == 1
    assert Image.objects.get().state == "ready"


def test_a_process_that_was_too_slow_changes_nothing_and_leaves_no_file() -> None:
    project = projects.draft()
    upload(project, photo_png=pictures.png(15))
    slow = processing._take()
    assert slow is not None
    clock.advance(timedelta(seconds=processing.BUSY_SECONDS + 1))
    quick = processing._take()
    assert quick is not None
    before = stored_files()
    assert not processing._process(slow)
    assert stored_files() == before
    assert processing._process(quick)


def test_an_image_nobody_could_finish_is_refused() -> None:
    project = projects.draft()
    upload(project, photo_png=pictures.png(16))
    for _ in range(processing.MOST_ATTEMPTS):
        assert processing._take() is not None
        clock.advance(timedelta(seconds=processing.BUSY_SECONDS + 1))
    process_images()
    assert (Image.objects.get().state, Image.objects.get().refusal_code) == ("refused", "corrupt")


def test_an_original_that_is_gone_is_refused_not_retried_for_ever() -> None:
    project = projects.draft()
    upload(project, photo_png=pictures.png(17))
    storage.local_files().delete(Image.objects.get().original_key)
    process_images()
    assert Image.objects.get().refusal_code == "lost"


def test_counts_tell_the_states_apart() -> None:
    project = projects.draft()
    upload(project, a_png=pictures.png(18), b_png=pictures.png(19)[:-60])
    process_images()
    upload(project, c_png=pictures.png(20))
    assert queries.image_counts(project.pk) == queries.ImageCounts(waiting=1, ready=1, refused=1)


@pytest.mark.django_db(transaction=True)
def test_several_processes_share_the_waiting_images_and_do_none_twice() -> None:
    project = projects.draft()
    upload(project, **{f"p{n}_png": pictures.png(30 + n) for n in range(6)})
    assert sum(at_once(lambda _: process_images(limit=6), 3)) == 6
    assert set(Image.objects.values_list("state", "attempts")) == {("ready", 1)}
    assert OutboxEvent.objects.filter(topic=topics.IMAGE_READY).count() == 6


@pytest.mark.django_db(transaction=True)
def test_equal_images_decoded_at_once_become_one() -> None:
    project = projects.draft()
    keys = [storage.local_files().put(pictures.png(40)) for _ in range(2)]
    for number, key in enumerate(keys):
        Image.objects.create(
            project=project, file_name=f"{number}.png", original_key=key, byte_size=1, uploaded_at=clock.now()
        )
    assert sum(at_once(lambda _: process_images(limit=1))) == 2
    assert sorted(Image.objects.values_list("state", flat=True)) == ["ready", "refused"]
    assert Image.objects.get(state="refused").refusal_code == "duplicate"


def test_an_original_that_no_image_names_is_swept_after_its_grace_and_no_other() -> None:
    upload(projects.draft(), photo_png=pictures.png(1, 40, 30))
    process_images()
    # Other tests' uploads, whose rows are gone. A folder from which files go while it is read may keep some for later.
    while sweep_originals(grace_seconds=-60):
        pass
    kept = stored_files()
    store = storage.local_files()
    orphan, fresh, other = (store.put(b"x", suffix) for suffix in (ORIGINAL_SUFFIX, ORIGINAL_SUFFIX, ".zip"))
    long_ago = time.time() - GRACE_SECONDS - 60
    for path in [*kept, store.path(orphan), store.path(other)]:
        os.utime(path, (long_ago, long_ago))
    assert [sweep_originals(), sweep_originals()] == [1, 0]
    assert stored_files() == kept | {store.path(fresh), store.path(other)}
    assert sweep_originals(grace_seconds=-60) == 1


def test_every_hostile_archive_is_answered_by_name_and_stores_nothing_it_should_not(shared_dir: Path) -> None:
    project = projects.draft()
    for path in sorted((shared_dir / "data" / "bad_inputs" / "archives").iterdir()):
        with path.open("rb") as stream:
            report = receive_images(project.created_by, project_id=project.pk, files=[(path.name, stream)])
        assert report.refused or report.accepted, path.name
        assert all(one.text and one.code for one in report.refused)


def test_real_photographs_become_ready(shared_dir: Path) -> None:
    project = projects.draft()
    photographs = shared_dir / "data" / "images" / "clean_photos"
    paths = [photographs / name for name in ("chelsea.png", "rocket.jpg", "camera.png")]
    files = [(path.name, io.BytesIO(path.read_bytes())) for path in paths]
    report = receive_images(project.created_by, project_id=project.pk, files=files)
    process_images()
    assert len(report.accepted) == 3
    for image in Image.objects.all():
        with Picture.open(photographs / image.file_name) as original:
            assert (image.state, image.width_px, image.height_px) == ("ready", *original.size)
