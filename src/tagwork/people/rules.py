"""Who may enter where, and what of a profile is missing: plain values in, plain values out."""

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class Profile(Protocol):
    """What a profile is made of; a Person is one."""

    @property
    def display_name(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def languages(self) -> list[str]: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def is_adult(self) -> bool: ...
    @property
    def terms_accepted_at(self) -> datetime | None: ...


class ProfileField(NamedTuple):
    name: str
    text: str  # as it stands in "your profile lacks …"
    why: str


PROFILE_FIELDS: tuple[ProfileField, ...] = (
    ProfileField("display_name", "a name", "what we call you in letters; clients never see it"),
    ProfileField("country", "your country", "it decides which payout routes and which laws apply to you"),
    ProfileField("languages", "the languages you read", "some tasks are texts, and you should get those you can read"),
    ProfileField("time_zone", "your time zone", "dates and due times are shown in your time"),
    ProfileField("is_adult", "that you are 18 or older", "we may not pay minors"),
    ProfileField("terms_accepted", "your agreement to the terms", "they say what you are owed and what we may do"),
)

# A purpose names the fields that it cannot do without. A project may ask for more by naming fields itself.
NEEDED_FOR: dict[str, tuple[str, ...]] = {
    "profile": tuple(field.name for field in PROFILE_FIELDS),
    "paid_work": ("country", "languages", "is_adult", "terms_accepted"),
    "withdrawal": ("country", "is_adult", "terms_accepted"),
}


def _has(profile: Profile, name: str) -> bool:
    if name == "terms_accepted":
        return profile.terms_accepted_at is not None
    return bool(getattr(profile, name))


def missing_fields(profile: Profile, for_: str | Collection[str] = "profile") -> list[str]:
    """Names of the fields that are empty and needed for a purpose (`paid_work`, …) or among the names given.

    In the order of the profile page. KeyError: no such purpose; ValueError: no such field.
    """
    needed = set(NEEDED_FOR[for_]) if isinstance(for_, str) else set(for_)
    unknown = needed - {field.name for field in PROFILE_FIELDS}
    if unknown:
        raise ValueError(f"not a field of a profile: {', '.join(sorted(unknown))}")
    return [field.name for field in PROFILE_FIELDS if field.name in needed and not _has(profile, field.name)]


def profile_percent(profile: Profile) -> int:
    """How much of the profile is filled in, 0 to 100; 100 only when nothing is missing."""
    filled = len(PROFILE_FIELDS) - len(missing_fields(profile))
    return filled * 100 // len(PROFILE_FIELDS)


def missing_text(names: Collection[str], say: Callable[[str], str] = str) -> str:
    """`your country and your time zone`, for a refusal that says what is missing; `say` puts it into a language."""
    texts = [say(field.text) for field in PROFILE_FIELDS if field.name in names]
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + say(" and ") + texts[-1] if texts else ""


# --- Entering a page -------------------------------------------------------------------------------------------------


class Policy(StrEnum):
    """Who a page is for. Every view of ours names one (tests/web/test_every_view_has_a_policy.py)."""

    ANYONE = "anyone"
    DEMO = "demo"  # anyone, but the page exists in a demo only
    SIGNED_IN = "signed_in"
    WORKER = "worker"
    CLIENT = "client"
    MODERATOR = "moderator"
    OPERATOR = "operator"
    MODERATOR_OR_OPERATOR = "moderator_or_operator"


class Entry(StrEnum):
    ALLOWED = "allowed"
    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    FORBIDDEN = "forbidden"  # the page is public knowledge, this person is not meant
    UNKNOWN = "unknown"  # a stranger does not learn that the page exists


class Facts(NamedTuple):
    """What is known of who asks; all False for somebody who is not signed in."""

    is_signed_in: bool = False
    is_worker: bool = False
    is_client: bool = False
    is_moderator: bool = False
    is_operator: bool = False
    has_second_factor: bool = False


def entry(policy: Policy, facts: Facts, *, is_demo: bool) -> Entry:
    """May somebody of whom `facts` hold enter a page of `policy`?

    Moderators and operators need a second factor wherever money is real. A demo's stock accounts come without one,
    so that a stranger can look round; that is the one difference.
    """
    if policy is Policy.ANYONE:
        return Entry.ALLOWED
    if policy is Policy.DEMO:
        return Entry.ALLOWED if is_demo else Entry.UNKNOWN
    if not facts.is_signed_in:
        return Entry.SIGN_IN
    if policy is Policy.SIGNED_IN:
        return Entry.ALLOWED
    if policy is Policy.WORKER:
        return Entry.ALLOWED if facts.is_worker else Entry.FORBIDDEN
    if policy is Policy.CLIENT:
        return Entry.ALLOWED if facts.is_client else Entry.FORBIDDEN
    wanted = {
        Policy.MODERATOR: facts.is_moderator,
        Policy.OPERATOR: facts.is_operator,
        Policy.MODERATOR_OR_OPERATOR: facts.is_moderator or facts.is_operator,
    }[policy]
    if not wanted:
        return Entry.UNKNOWN
    return Entry.ALLOWED if facts.has_second_factor or is_demo else Entry.SECOND_FACTOR
