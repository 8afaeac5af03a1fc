"""Turn waiting originals into what may be shown: run in the background, in any number of processes at once."""

import logging
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from tagwork.kit import clock
from tagwork.kit.imaging import BadImage, Derived, inspect_and_derive
from tagwork.kit.outbox import publish
from tagwork.kit.storage import local_files
from tagwork.projects import pictures, topics
from tagwork.projects.models import Image
from tagwork.projects.operations.receive_images import duplicate_text
from tagwork.projects.queries import twin_of

log = logging.getLogger(__name__)
# Longer than the slowest image may take with its files, so that nobody else starts on it meanwhile.
BUSY_SECONDS = 180
MOST_ATTEMPTS = 3


def process_images(limit: int = 20) -> int:
    """Decode up to `limit` waiting images; how many are settled now (ready or refused).

    No lock is held while a picture is decoded: a process takes an image by a short transaction (skipping those that
    others are taking) and writes its result only if the image is still the one it took. A process that dies leaves
    the image to be taken again when its time is up; after MOST_ATTEMPTS it is refused.
    """
    settled = 0
    for _ in range(limit):
        image = _take()
        if image is None:
            break
        settled += _process(image)
    return settled


def _take() -> Image | None:
    now = clock.now()
    with transaction.atomic():
        waiting = Image.objects.filter(state=Image.State.WAITING).filter(
            Q(busy_until__isnull=True) | Q(busy_until__lte=now)
        )
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        image = waiting.order_by("uploaded_at", "id").first()
        if image is None:
            return None
        image.attempts += 1
        image.busy_until = now + timedelta(seconds=BUSY_SECONDS)
        image.save(update_fields=["attempts", "busy_until"])
        return image


def _process(image: Image) -> bool:
    if image.attempts > MOST_ATTEMPTS:
        return _refuse(
            image, "corrupt", "This image could not be opened in several tries; save it again and resend it."
        )
    store = local_files()
    try:
        derived = inspect_and_derive(store.path(image.original_key))
    except BadImage as error:
        return _refuse(image, error.code, error.message)
    except FileNotFoundError:
        log.exception("image %s: its original is gone", image.pk)
        return _refuse(image, "lost", "This file was lost on our side; please send it again.")
    twin = twin_of(image.project_id, derived.sha256, ready_only=True)
    if twin is not None:
        return _refuse(image, "duplicate", duplicate_text(twin.file_name))
    fields = ready_fields(derived)
    try:
        with transaction.atomic():
            is_mine = _settle(image, Image.State.READY, **fields)
            if is_mine:
                publish(
                    topics.IMAGE_READY,
                    f"image:{image.pk}",
                    {"project_id": str(image.project_id), "image_id": str(image.pk)},
                )
    except IntegrityError:
        # Two equal originals were decoded at once and the other committed first (unique key image_once_per_project).
        delete_derivatives(fields)
        twin = twin_of(image.project_id, derived.sha256, ready_only=True)
        assert twin is not None, "the only unique key of a ready image is its content"
        return _refuse(image, "duplicate", duplicate_text(twin.file_name))
    if not is_mine:
        delete_derivatives(fields)
    return is_mine


def ready_fields(derived: Derived) -> dict[str, Any]:
    """Store the derivatives; the columns of an image that is ready."""
    return {
        "width_px": derived.width,
        "height_px": derived.height,
        "sha256": derived.sha256,
        "placeholder": pictures.placeholder_address(derived.placeholder),
        "derivatives": pictures.stored_derivatives(derived),
    }


def delete_derivatives(fields: dict[str, Any]) -> None:
    for derivative in fields["derivatives"]:
        local_files().delete(derivative["key"])


def _refuse(image: Image, code: str, text: str) -> bool:
    is_mine = _settle(image, Image.State.REFUSED, refusal_code=code, refusal_text=text)
    if is_mine:
        # Nobody will look at it again, and what a client sent by mistake should not stay with us.
        local_files().delete(image.original_key)
    return is_mine


def _settle(image: Image, state: Image.State, **fields: Any) -> bool:
    """Whether the image was still ours: waiting, and taken by nobody after us."""
    mine = Image.objects.filter(pk=image.pk, state=Image.State.WAITING, attempts=image.attempts)
    return bool(mine.update(state=state, busy_until=None, **fields))
