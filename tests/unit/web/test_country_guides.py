"""The guides are complete and say where their figures come from; that they are true, only a review can tell."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tagwork.web import country_guides
from tagwork.web.country_guides import METHODS, Guide, guide, guides, notes

WRITTEN = ["BD", "BR", "EG", "ID", "IN", "KE", "NG", "PH", "PK", "UA", "US", "VE"]
every_guide = pytest.mark.parametrize("shown", guides(), ids=lambda shown: shown.code)


def test_each_country_that_was_written_is_found_in_order_of_names() -> None:
    assert sorted(shown.code for shown in guides()) == WRITTEN
    assert [shown.name for shown in guides()] == sorted(shown.name for shown in guides())


def test_a_guide_is_found_by_its_code_in_any_case_and_an_unknown_one_is_not() -> None:
    found = guide("ke")
    assert found is not None and found == guide("KE") and found.name == "Kenya"
    assert guide("zz") is None and guide("../common") is None and guide("") is None


@every_guide
def test_it_covers_each_method_once(shown: Guide) -> None:
    assert [route.method for route in shown.routes] == list(METHODS)


@every_guide
def test_it_leaves_nothing_empty(shown: Guide) -> None:
    assert re.fullmatch(r"[A-Z]{3}", shown.currency)
    assert shown.documents and shown.tips and shown.check_at
    assert all(text.strip() == text and text for text in (*shown.documents, *shown.tips, shown.pay.text))
    assert all(route.text and route.delay for route in shown.routes)


@every_guide
def test_a_sourced_statement_has_a_source_that_can_be_opened(shown: Guide) -> None:
    if any(part.basis == "sourced" for part in (shown.pay, *shown.routes)):
        assert shown.sources
    for source in (*shown.sources, *shown.check_at):
        assert source.title and urlsplit(source.url).scheme in ("http", "https") and urlsplit(source.url).hostname


@every_guide
def test_a_waiting_time_is_called_an_estimate(shown: Guide) -> None:
    for route in shown.routes:
        assert route.delay.startswith("estimate: ") or route.delay == "does not apply"
        if route.status == "unavailable":
            assert route.delay == "does not apply"


@every_guide
def test_pay_is_a_range_that_was_in_force_when_it_was_written(shown: Guide) -> None:
    low, high = (float(amount.replace(",", "")) for amount in (shown.pay.low, shown.pay.high))
    assert 0 < low <= high
    assert shown.pay.in_force_from <= shown.written_on


@every_guide
def test_none_claims_a_review_that_no_operator_has_made(shown: Guide) -> None:
    assert shown.reviewed_on is None


def test_what_holds_everywhere_says_that_it_is_no_advice() -> None:
    assert any("no legal or tax advice" in caveat for caveat in notes().caveats)
    assert any("general knowledge" in caveat for caveat in notes().caveats)
    assert notes().research and notes().tips and notes().sources


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('status = "usual"', 'status = "fine"'),
        ('basis = "sourced"', 'basis = "surely"'),
        ('unit = "month"', 'unit = "week"'),
        ('currency = "KES"', 'currency = "KES"\ncurency = "KES"'),
        ('code = "KE"', 'code = "TZ"'),
    ],
)
def test_a_file_that_is_not_well_formed_is_refused(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (country_guides.FOLDER / "ke.toml").read_text()
    assert old in text and tomllib.loads(text)
    (tmp_path / "ke.toml").write_text(text.replace(old, new, 1))
    monkeypatch.setattr(country_guides, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"ke\.toml"):
        guides.__wrapped__()


def figures(shown: Guide) -> Counter[str]:
    """Every number that the words say; a thousand is written with or without its comma."""
    words = [shown.pay.text, *shown.documents, *shown.tips]
    words += [text for route in shown.routes for text in (route.text, route.delay)]
    return Counter(re.findall(r"[0-9]+(?:\.[0-9]+)?", " ".join(words).replace(",", "")))


@every_guide
def test_in_spanish_it_says_the_same_figures_in_other_words(shown: Guide) -> None:
    spoken = guide(shown.code, "es")
    assert spoken is not None and spoken.pay.text != shown.pay.text
    assert figures(spoken) == figures(shown)
    assert (spoken.sources, spoken.check_at, spoken.currency) == (shown.sources, shown.check_at, shown.currency)
    for said, written in zip(spoken.routes, shown.routes, strict=True):
        assert (said.method, said.status, said.basis) == (written.method, written.status, written.basis)
        assert said.delay.startswith("estimación: ") == written.delay.startswith("estimate: ")


def test_a_translation_says_as_much_of_what_holds_everywhere() -> None:
    written, spoken = notes(), notes("es")
    assert spoken.caveats != written.caveats and spoken.sources == written.sources
    assert any("no es asesoramiento legal ni fiscal" in caveat for caveat in spoken.caveats)


def test_a_guide_that_was_reviewed_after_its_translation_is_shown_as_reviewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (country_guides.FOLDER / "ke.toml").read_text()
    (tmp_path / "ke.toml").write_text(text.replace("written_on", "reviewed_on = 2027-01-05\nwritten_on", 1))
    (tmp_path / "ke.es.toml").write_text((country_guides.FOLDER / "ke.es.toml").read_text())
    monkeypatch.setattr(country_guides, "FOLDER", tmp_path)
    assert [shown.name for shown in guides.__wrapped__("es")] == ["Kenya"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("[routes.bch]", "[routes.btc]"), ('"PIN de la KRA",', ""), ('name = "Kenia"', 'name = "Kenia"\nnom = "Kenia"')],
)
def test_a_translation_that_does_not_fit_its_guide_is_refused(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (country_guides.FOLDER / "ke.es.toml").read_text()
    assert old in text
    (tmp_path / "ke.toml").write_text((country_guides.FOLDER / "ke.toml").read_text())
    (tmp_path / "ke.es.toml").write_text(text.replace(old, new, 1))
    monkeypatch.setattr(country_guides, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"ke\.es\.toml"):
        guides.__wrapped__("es")
