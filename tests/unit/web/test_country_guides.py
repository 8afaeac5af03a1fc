"""The guides are complete and say where their figures come from; that they are true, only a review can tell."""

import re
import tomllib
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
