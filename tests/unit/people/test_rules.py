from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tagwork.people.rules import (
    NEEDED_FOR,
    PROFILE_FIELDS,
    Entry,
    Facts,
    Policy,
    entry,
    missing_fields,
    missing_text,
    profile_percent,
)


@dataclass
class Profile:
    display_name: str = ""
    country: str = ""
    languages: list[str] = field(default_factory=list)
    time_zone: str = ""
    is_adult: bool = False
    terms_accepted_at: datetime | None = None


FULL = Profile("Ana", "KE", ["en", "sw"], "Africa/Nairobi", True, datetime(2026, 1, 1, tzinfo=UTC))


def test_an_empty_profile_is_at_nought_and_misses_everything() -> None:
    assert profile_percent(Profile()) == 0
    assert missing_fields(Profile()) == [each.name for each in PROFILE_FIELDS]


def test_a_full_profile_is_at_a_hundred() -> None:
    assert profile_percent(FULL) == 100
    assert missing_fields(FULL) == []


def test_the_percentage_never_says_a_hundred_while_something_is_missing() -> None:
    # Five of six fields are 83.3 %; rounded down, since 84 would be as wrong as 100.
    assert profile_percent(Profile("Ana", "KE", ["en"], "Africa/Nairobi", True)) == 83


def test_paid_work_needs_less_than_the_whole_profile() -> None:
    nameless = Profile("", "KE", ["en"], "", True, datetime(2026, 1, 1, tzinfo=UTC))
    assert missing_fields(nameless, "paid_work") == []
    assert missing_fields(nameless) == ["display_name", "time_zone"]


def test_a_project_may_ask_for_fields_by_name() -> None:
    assert missing_fields(Profile(country="KE"), {"time_zone", "country"}) == ["time_zone"]


def test_an_unknown_field_or_purpose_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        missing_fields(FULL, {"shoe_size"})
    with pytest.raises(KeyError):
        missing_fields(FULL, "dancing")


def test_what_is_missing_reads_as_a_sentence() -> None:
    assert missing_text([]) == ""
    assert missing_text(["country"]) == "your country"
    assert missing_text(["time_zone", "country", "display_name"]) == "a name, your country and your time zone"


def test_every_purpose_names_fields_that_exist() -> None:
    known = {each.name for each in PROFILE_FIELDS}
    assert all(set(names) <= known for names in NEEDED_FOR.values())


STRANGER = Facts()
WORKER = Facts(is_signed_in=True, is_worker=True)
CLIENT = Facts(is_signed_in=True, is_client=True)
MODERATOR = Facts(is_signed_in=True, is_moderator=True, has_second_factor=True)
OPERATOR = Facts(is_signed_in=True, is_operator=True, has_second_factor=True)
OPERATOR_BY_PASSWORD = Facts(is_signed_in=True, is_operator=True)


@pytest.mark.parametrize(
    ("policy", "facts", "expected"),
    [
        (Policy.ANYONE, STRANGER, Entry.ALLOWED),
        (Policy.SIGNED_IN, STRANGER, Entry.SIGN_IN),
        (Policy.SIGNED_IN, CLIENT, Entry.ALLOWED),
        (Policy.WORKER, STRANGER, Entry.SIGN_IN),
        (Policy.WORKER, WORKER, Entry.ALLOWED),
        (Policy.WORKER, CLIENT, Entry.FORBIDDEN),
        (Policy.CLIENT, WORKER, Entry.FORBIDDEN),
        (Policy.CLIENT, CLIENT, Entry.ALLOWED),
        (Policy.MODERATOR, STRANGER, Entry.SIGN_IN),
        (Policy.MODERATOR, WORKER, Entry.UNKNOWN),
        (Policy.MODERATOR, OPERATOR, Entry.UNKNOWN),
        (Policy.MODERATOR, MODERATOR, Entry.ALLOWED),
        (Policy.OPERATOR, MODERATOR, Entry.UNKNOWN),
        (Policy.OPERATOR, OPERATOR, Entry.ALLOWED),
        (Policy.OPERATOR, OPERATOR_BY_PASSWORD, Entry.SECOND_FACTOR),
        (Policy.MODERATOR_OR_OPERATOR, MODERATOR, Entry.ALLOWED),
        (Policy.MODERATOR_OR_OPERATOR, OPERATOR_BY_PASSWORD, Entry.SECOND_FACTOR),
        (Policy.MODERATOR_OR_OPERATOR, CLIENT, Entry.UNKNOWN),
        (Policy.DEMO, OPERATOR, Entry.UNKNOWN),
    ],
)
def test_it_lets_in_whom_the_page_is_for(policy: Policy, facts: Facts, expected: Entry) -> None:
    assert entry(policy, facts, is_demo=False) is expected


def test_a_demo_differs_in_two_things_only() -> None:
    people = [STRANGER, WORKER, CLIENT, MODERATOR, OPERATOR, OPERATOR_BY_PASSWORD]
    differs = {
        (policy, facts)
        for policy in Policy
        for facts in people
        if entry(policy, facts, is_demo=True) != entry(policy, facts, is_demo=False)
    }
    demo_pages = {(Policy.DEMO, facts) for facts in people}
    without_second_factor = {
        (Policy.OPERATOR, OPERATOR_BY_PASSWORD),
        (Policy.MODERATOR_OR_OPERATOR, OPERATOR_BY_PASSWORD),
    }
    assert differs == demo_pages | without_second_factor
