"""Against the shared vectors: every one was put to the coin's own node (validateaddress) on the network it names."""

import json
import random
import re
import string
from pathlib import Path
from typing import Any

import pytest
from bip_utils import Base58Encoder, BchBech32Encoder

from tagwork.payouts.rails.addresses import AddressCheck, check_address
from tests.builders.strange_addresses import BECH32_ONE, BECH32M, bech32, fives

NEVER_PAYABLE = {"mweb", "witness_unknown"}


@pytest.fixture(scope="session")
def vectors(shared_dir: Path) -> list[dict[str, Any]]:
    with (shared_dir / "payments" / "address_vectors.json").open() as file:
        return list(json.load(file)["vectors"])


def codes(check: AddressCheck) -> list[str]:
    return [warning.code for warning in check.warnings]


def vector_indices() -> range:
    # The file says how many it holds; the parameters must exist before a fixture can read it.
    return range(373)


@pytest.mark.parametrize("index", vector_indices())
def test_it_agrees_with_the_node(index: int, vectors: list[dict[str, Any]]) -> None:
    vector = vectors[index]
    check = check_address(vector["coin"], vector["network"], vector["address"])
    assert check.valid is vector["valid"], vector
    assert check.kind == (vector["kind"] if vector["valid"] else None)
    assert check.payable is (vector["valid"] and vector["kind"] not in NEVER_PAYABLE)
    assert (check.normalized is not None) is vector["valid"]
    script = re.search(r"scriptPubKey ([0-9a-f]+)", vector["note"])
    if script and check.payable:
        assert check.script_hex == script[1]


def test_the_vectors_are_all_there(vectors: list[dict[str, Any]]) -> None:
    assert len(vectors) == len(vector_indices())


def test_a_normalized_address_is_itself_valid_pays_the_same_and_changes_no_more(vectors: list[dict[str, Any]]) -> None:
    for vector in vectors:
        check = check_address(vector["coin"], vector["network"], vector["address"])
        if check.normalized is None:
            continue
        again = check_address(vector["coin"], vector["network"], check.normalized)
        assert (again.valid, again.payable, again.script_hex) == (True, check.payable, check.script_hex)
        assert again.normalized == check.normalized
        assert "legacy_format" not in codes(again) and "looks_like_bitcoin" not in codes(again)


def test_it_refuses_a_thousand_texts_that_differ_in_one_character(vectors: list[dict[str, Any]]) -> None:
    chooser = random.Random(20261121)
    valid = [vector for vector in vectors if vector["valid"]]
    alphabet = string.ascii_letters + string.digits + ":"
    for number in range(1000):
        vector = chooser.choice(valid)
        text = vector["address"]
        place = chooser.randrange(len(text))
        letter = chooser.choice([other for other in alphabet if other != text[place]])
        mutated = (
            text[:place] + letter + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place:],
        )[number % 3]
        check = check_address(vector["coin"], vector["network"], mutated)
        # BCH without its prefix, changed by an added colon or the like, must fail as well.
        assert not check.valid and not check.payable, (vector, mutated)


def test_a_stealth_address_of_another_version_is_read_as_litecoin_core_reads_it() -> None:
    # Both were put to litecoind 0.21.5 on regtest: it passes over the version and takes Bech32's checksum alone.
    keys = bytes([2]) + b"\x11" * 32 + bytes([3]) + b"\x22" * 32
    for version in (0, 1, 16):
        text = bech32("tmweb", [version, *fives(keys)], BECH32_ONE)
        check = check_address("ltc", "regtest", text)
        assert (check.valid, check.payable, check.kind) == (True, False, "mweb")
        assert check.normalized == bech32("tmweb", [0, *fives(keys)], BECH32_ONE)
        assert not check_address("ltc", "regtest", bech32("tmweb", [version, *fives(keys)], BECH32M)).valid


def test_an_old_litecoin_script_address_becomes_the_new_form_with_a_warning() -> None:
    # Hand-made pair: version bytes 0x05 and 0x32 over one script hash (Litecoin Core v0.21.5.5 key_io_valid.json)
    new = "MNYP3h6XQQcVBohyVrxAtRGhbyvPpXzyFR"
    old = old_script_form("a09bd94f4b099d721ddc95bc8ed928aef40833ce")
    check = check_address("LTC", "mainnet", old)
    assert old.startswith("3")
    assert (check.valid, check.payable, check.normalized, check.kind) == (True, True, new, "p2sh")
    assert codes(check) == ["looks_like_bitcoin"]
    assert codes(check_address("ltc", "main", new)) == []


def old_script_form(script_hash_hex: str) -> str:
    return str(Base58Encoder.CheckEncode(b"\x05" + bytes.fromhex(script_hash_hex)))


def test_a_legacy_bitcoin_cash_address_becomes_cashaddr_with_prefix() -> None:
    # The pair of the CashAddr specification.
    check = check_address("bch", "MAIN", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu")
    assert check.normalized == "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
    assert check.kind == "legacy_p2pkh"
    assert codes(check) == ["looks_like_bitcoin", "legacy_format"]


def test_a_32_byte_script_hash_in_base58_is_the_same_output_as_its_cashaddr_form() -> None:
    # The node reads both (P2SH32, May 2023); version byte 0x05 over the 32 bytes of a CashAddr vector.
    script_hash = bytes(range(32))
    text = str(Base58Encoder.CheckEncode(b"\x05" + script_hash))
    check = check_address("bch", "main", text)
    assert check.script_hex == "aa20" + script_hash.hex() + "87"
    assert check.normalized == str(BchBech32Encoder.Encode("bitcoincash", b"\x0b", script_hash))


@pytest.mark.parametrize(
    ("address", "normalized"),
    [
        ("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
        (
            "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A",
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        ),
    ],
)
def test_cashaddr_may_lack_its_prefix_or_be_in_capitals(address: str, normalized: str) -> None:
    assert check_address("bch", "main", address).normalized == normalized


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w",
        "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w\n",
        "Ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w",
        "ltc1",
        "1",
        "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w\x00",
        "L" * 100_000,
        "🪙",
        "\ud800",
    ],
)
def test_it_trims_and_repairs_nothing(address: str) -> None:
    check = check_address("ltc", "main", address)
    assert (check.valid, check.payable, check.normalized, check.kind) == (False, False, None, None)


def test_it_refuses_the_kelvin_sign_that_lower_turns_into_a_k() -> None:
    capitals = "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A"
    assert check_address("bch", "main", capitals).valid
    assert not check_address("bch", "main", capitals.replace("K", "\N{KELVIN SIGN}")).valid


@pytest.mark.parametrize(
    ("kind", "code"),
    [("private_key", "private_key"), ("wrong_network", "wrong_network")],
)
def test_it_says_what_a_refused_text_is(kind: str, code: str, vectors: list[dict[str, Any]]) -> None:
    for vector in vectors:
        if vector["kind"] == kind:
            assert codes(check_address(vector["coin"], vector["network"], vector["address"])) == [code], vector


def test_it_names_the_coin_that_was_meant() -> None:
    litecoin = check_address("bch", "main", "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA")
    bitcoin = check_address("ltc", "main", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
    assert "Litecoin" in litecoin.warnings[0].text
    assert "Bitcoin." in bitcoin.warnings[0].text


@pytest.mark.parametrize(("coin", "network"), [("btc", "main"), ("ltc", "signet"), ("", "main"), ("ltc", "")])
def test_it_refuses_an_unknown_coin_or_network(coin: str, network: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        check_address(coin, network, "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA")
