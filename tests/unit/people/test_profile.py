import pytest

from tagwork.people.countries import COUNTRIES, LANGUAGES, time_zones
from tagwork.people.errors import BadProfile
from tagwork.people.models import Person
from tagwork.people.operations.update_profile import update_profile
from tests.builders import people


@pytest.mark.django_db
def test_it_saves_what_is_named_and_leaves_the_rest() -> None:
    person = people.worker()
    update_profile(person, {"country": "BR", "languages": ["pt"], "display_name": "  Bia "})
    kept = Person.objects.get(pk=person.pk)
    assert (kept.country, kept.languages, kept.display_name) == ("BR", ["pt"], "Bia")
    assert kept.time_zone == "Africa/Nairobi"


@pytest.mark.django_db
def test_agreement_to_the_terms_keeps_its_first_moment() -> None:
    person = people.person("fresh@example.test")
    first = update_profile(person, {"terms_accepted": True}).terms_accepted_at
    assert first is not None
    assert update_profile(person, {"terms_accepted": True}).terms_accepted_at == first
    assert update_profile(person, {"terms_accepted": False}).terms_accepted_at == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"languages": ["tlh"]}, "languages"),
        ({"languages": ["en", "en"]}, "languages"),
        ({"languages": "en"}, "languages"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"display_name": "a\nb"}, "display_name"),
        ({"display_name": "x" * 81}, "display_name"),
        ({"is_adult": "yes"}, "is_adult"),
        ({"is_operator": True}, "is_operator"),
    ],
)
def test_it_refuses_a_wrong_field_and_saves_nothing(changes: dict[str, object], field: str) -> None:
    person = people.worker()
    with pytest.raises(BadProfile) as refusal:
        update_profile(person, {"display_name": "Changed", **changes})
    assert [error["field"] for error in refusal.value.extra["errors"]] == [field]
    assert Person.objects.get(pk=person.pk).display_name == "Worker 1"


def test_the_lists_are_well_formed() -> None:
    # ISO 3166-1 has 249 officially assigned codes; ours leaves out places where nobody lives for long
    # (AQ, BV, GS, HM, IO, TF, UM).
    assert len(COUNTRIES) == 249 - 7
    assert all(len(code) == 2 and code.isupper() and name == name.strip() != "" for code, name in COUNTRIES.items())
    assert COUNTRIES["CI"] == "Côte d'Ivoire"
    assert list(LANGUAGES.values()) == sorted(LANGUAGES.values())
    assert "Africa/Nairobi" in time_zones()
    assert time_zones()[-1] == "UTC"
