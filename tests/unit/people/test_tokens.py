import hashlib

import pytest

from tagwork.kit.errors import NotFound
from tagwork.people.errors import BadName, TooManyTokens
from tagwork.people.models import ApiToken
from tagwork.people.operations.create_token import MOST_TOKENS, create_token
from tagwork.people.operations.revoke_token import revoke_token
from tagwork.people.queries import person_for_token, tokens_of
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_it_finds_the_person_of_a_token_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    person = people.worker()
    token, text = create_token(person, "script")
    with django_assert_num_queries(1):
        found = person_for_token(text)
        assert found is not None
        assert found[0].email == person.email
    assert found == (person, token)


def test_it_keeps_the_sha_256_and_never_the_text() -> None:
    token, text = create_token(people.worker(), "script")
    stored = ApiToken.objects.get(pk=token.pk)
    assert bytes(stored.digest) == hashlib.sha256(text.encode()).digest()
    assert text not in repr(ApiToken.objects.values_list())


def test_it_does_not_know_a_stranger() -> None:
    create_token(people.worker(), "script")
    assert person_for_token("tgw_guessed") is None
    assert person_for_token("") is None


def test_a_revoked_token_opens_nothing_and_revoking_again_is_harmless() -> None:
    person = people.worker()
    token, text = create_token(person, "script")
    revoke_token(person, token.pk)
    when = ApiToken.objects.get(pk=token.pk).revoked_at
    revoke_token(person, token.pk)
    assert ApiToken.objects.get(pk=token.pk).revoked_at == when
    assert person_for_token(text) is None
    assert list(tokens_of(person)) == []


def test_nobody_revokes_the_token_of_another() -> None:
    token, text = create_token(people.worker(), "script")
    with pytest.raises(NotFound):
        revoke_token(people.outsider(), token.pk)
    assert person_for_token(text) is not None


def test_the_token_of_a_closed_account_opens_nothing() -> None:
    person = people.worker()
    _, text = create_token(person, "script")
    person.is_active = False
    person.save()
    assert person_for_token(text) is None


def test_it_refuses_a_nameless_token_and_one_too_many() -> None:
    person = people.worker()
    with pytest.raises(BadName):
        create_token(person, "   ")
    for number in range(MOST_TOKENS):
        create_token(person, f"script {number}")
    with pytest.raises(TooManyTokens):
        create_token(person, "one more")
