"""`tagwork address` as others call it: a process, its exit code, its lines."""

import json
import subprocess
import sys

LITECOIN = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"
STEALTH = (
    "ltcmweb1qqvyfkjat5vazsd3yadwhm3fqra8mel8lmnt7d86gnu5vg8xgvr8"
    "07q76657axrvvdmp8emas9f6ujlg0r8futvzsgrr0trlfypxhcgkgmcclzc3d"
)


def tagwork(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "tagwork.jobs.cli", *arguments], input=given, capture_output=True)


def test_it_prints_one_object_and_exits_0_when_payable() -> None:
    done = tagwork("address", "LTC", LITECOIN, "--network", "mainnet", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and done.stderr == b""
    assert answer["coin"] == "ltc" and answer["network"] == "main" and answer["address"] == LITECOIN
    assert answer["valid"] is True and answer["payable"] is True
    assert answer["normalized"] == LITECOIN and answer["kind"] == "p2wpkh" and answer["warnings"] == []


def test_it_exits_1_when_valid_but_not_payable_and_when_invalid() -> None:
    stealth = tagwork("address", "ltc", STEALTH, "--json")
    assert stealth.returncode == 1
    assert json.loads(stealth.stdout)["valid"] is True
    nonsense = tagwork("address", "ltc", "x", "--json")
    assert nonsense.returncode == 1
    assert json.loads(nonsense.stdout)["kind"] is None


def test_it_exits_2_on_an_unknown_coin() -> None:
    done = tagwork("address", "doge", "x", "--json")
    assert done.returncode == 2
    assert "doge" in json.loads(done.stdout)["error"]


def test_it_shows_a_person_the_verdict() -> None:
    done = tagwork("address", "ltc", LITECOIN)
    assert done.returncode == 0
    assert b"can be paid" in done.stdout


def test_it_answers_each_line_in_order_whatever_the_line_is() -> None:
    lines = [
        json.dumps({"coin": "LTC", "network": "MAIN", "address": LITECOIN}).encode(),
        b"",
        b"not json",
        b"[1]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps({"coin": "ltc", "network": "main"}).encode(),
        json.dumps({"coin": "ltc", "network": "moon", "address": "x"}).encode(),
        json.dumps({"coin": "ltc", "network": "testnet", "address": "\ud800"}).encode(),
    ]
    done = tagwork("address", "-", given=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(answers) == len(lines)
    assert answers[0]["payable"] is True
    assert all("error" in answer for answer in answers[1:8])
    assert answers[8]["valid"] is False and answers[8]["network"] == "test"


def test_it_starts_without_django() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from tagwork.jobs.cli import main; main(['address', 'ltc', 'x', '--json']); "
            "print([name for name in ('django', 'rich', 'tagwork.config.settings') if name in sys.modules])",
        ],
        capture_output=True,
        check=True,
    )
    assert loaded.stdout.splitlines()[-1] == b"[]"


def test_the_short_cut_into_bip_utils_leaves_the_whole_package_usable() -> None:
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import tagwork.payouts.rails.codecs, bip_utils; bip_utils.Bip44; bip_utils.BchAddrConverter",
        ],
        check=True,
        capture_output=True,
    )
