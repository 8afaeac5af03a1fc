from pathlib import Path

import pytest

from tagwork.payouts import rails as package
from tagwork.payouts.rails import rails

LITECOIN = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"


def test_each_folder_is_a_rail() -> None:
    folder = Path(next(iter(package.__path__)))
    assert list(rails()) == sorted(path.name for path in folder.iterdir() if (path / "__init__.py").is_file())
    assert set(rails()) >= {"ltc", "bch", "manual"}


@pytest.mark.parametrize("name", ["ltc", "bch"])
def test_coins_can_be_withdrawn_from_half_a_dollar_without_a_fee(name: str) -> None:
    assert (rails()[name].minimum_micros, rails()[name].fee_micros) == (500_000, 0)


def test_two_ways_of_writing_one_bitcoin_cash_address_are_one_payee() -> None:
    rail = rails()["bch"]
    legacy = rail.check_destination("main", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu")
    cash = rail.check_destination("main", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a")
    assert legacy.payable and legacy.payee == cash.payee and legacy.normalized == cash.normalized
    assert [code for code, _ in legacy.notes] == ["looks_like_bitcoin", "legacy_format"]


def test_a_stealth_address_is_refused_with_its_reason() -> None:
    stealth = (
        "ltcmweb1qqvyfkjat5vazsd3yadwhm3fqra8mel8lmnt7d86gnu5vg8xgvr807q7"
        "6657axrvvdmp8emas9f6ujlg0r8futvzsgrr0trlfypxhcgkgmcclzc3d"
    )
    check = rails()["ltc"].check_destination("main", stealth)
    assert not check.payable and check.payee == "" and check.notes[0][0] == "mweb"


@pytest.mark.parametrize("text", ["", "ab", " ana@example.test", "two\nlines", "x" * 201, "nul\x00byte"])
def test_paid_by_hand_needs_one_line(text: str) -> None:
    assert not rails()["manual"].check_destination("", text).payable


def test_paid_by_hand_takes_capitals_and_spaces_for_the_same_account() -> None:
    check = rails()["manual"].check_destination
    assert check("", "Ana@Example.test").payee == check("", "ana@example.TEST").payee
    assert check("", "IBAN  KE00 1").payee == check("", "iban KE00 1").payee
