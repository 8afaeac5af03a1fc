"""Addresses of images: signed, different for each account, without a name two people could compare."""

import json
import uuid
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.kit import clock
from tagwork.kit.signing import Purpose, SignatureRefused, verify
from tagwork.projects import pictures, queries
from tagwork.projects.models import Image
from tests.builders import projects


@given(st.uuids(), st.text(max_size=40))
def test_an_alias_leads_back_to_its_image_for_its_account(image_id: uuid.UUID, account_id: str) -> None:
    alias = pictures.alias(image_id, account_id)
    assert len(alias) == 22
    assert pictures.image_ids(alias, account_id) == [image_id]


def test_two_accounts_see_aliases_that_have_nothing_in_common() -> None:
    image_id = uuid.uuid4()
    one, other = pictures.alias(image_id, "ana"), pictures.alias(image_id, "ben")
    assert one != other
    assert pictures.image_ids(one, "ben") != [image_id]


def test_neighbouring_images_have_aliases_that_differ_everywhere() -> None:
    # A strong permutation changes about half of 128 bits; 30 is more than six standard deviations below.
    numbers = [int.from_bytes(pictures._permuted(uuid.UUID(int=n).bytes, b"k" * 32, range(4))) for n in range(50)]
    assert all((a ^ b).bit_count() > 30 for a, b in pairwise(numbers))


@pytest.mark.parametrize("alias", ["", "a", "a" * 21, "a" * 23, "é" * 22, "!" * 22, "a" * 21 + "="])
def test_a_malformed_alias_stands_for_nothing(alias: str) -> None:
    assert pictures.image_ids(alias, "ana") == []


def test_an_open_page_survives_a_change_of_the_secret_key(settings: Any) -> None:
    image_id = uuid.uuid4()
    alias = pictures.alias(image_id, "ana")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be one of ours"
    assert image_id in pictures.image_ids(alias, "ana")


@pytest.mark.parametrize("name", ["", "1080", "1080.gif", "01080.avif", "999.avif", "1080.avif/", "../1080.avif"])
def test_only_the_names_of_derivatives_are_files(name: str) -> None:
    stored = [{"key": "k", "width": 1080, "height": 720, "type": "image/avif"}]
    assert pictures.chosen(stored, "1080.avif") == stored[0]
    assert pictures.chosen(stored, name) is None


@pytest.mark.django_db
def test_image_json_is_what_the_contract_says_and_gives_nothing_away() -> None:
    project = projects.draft()
    (image,) = projects.images(project)
    expires_at = clock.now() + timedelta(minutes=10)
    answer = queries.image_json(image, account_id="ana", purpose=Purpose.LEASE, expires_at=expires_at)
    assert (answer["width"], answer["height"]) == (64, 48)
    assert {(one["width"], one["type"]) for one in answer["sources"]} == {(64, "image/avif"), (64, "image/jpeg")}
    text = json.dumps(answer)
    derivatives = [one["key"] for one in image.derivatives]
    for secret in (str(image.pk), image.pk.hex, image.file_name, image.original_key, image.sha256, *derivatives):
        assert secret not in text


@pytest.mark.django_db
def test_a_source_can_be_fetched_by_its_account_for_its_purpose_until_it_ends() -> None:
    project = projects.draft()
    (image,) = projects.images(project)
    now = clock.now()
    answer = queries.image_json(image, account_id="ana", purpose=Purpose.LEASE, expires_at=now + timedelta(minutes=10))
    for source in answer["sources"]:
        path, _, token = source["url"].partition("?s=")
        _, folder, purpose, alias, name = path.split("/")
        assert (folder, purpose) == ("i", "lease")
        verify(path, token, account_id="ana", purpose=Purpose.LEASE, now=now)
        key, media_type = queries.resolve_image(alias, name, account_id="ana") or ("", "")
        assert (key in [one["key"] for one in image.derivatives], media_type) == (True, source["type"])
        assert queries.resolve_image(alias, name, account_id="ben") is None
        for account, why, at in (
            ("ben", Purpose.LEASE, now),
            ("ana", Purpose.RECEIPT, now),
            ("ana", Purpose.LEASE, now + timedelta(minutes=11)),
        ):
            with pytest.raises(SignatureRefused):
                verify(path, token, account_id=account, purpose=why, now=at)


@pytest.mark.django_db
def test_an_image_that_is_not_ready_has_no_file() -> None:
    project = projects.draft()
    (image,) = projects.images(project)
    Image.objects.filter(pk=image.pk).update(state="refused")
    assert queries.resolve_image(pictures.alias(image.pk, "ana"), "64.avif", account_id="ana") is None
