"""Thousands of addresses that the project has not seen, before judges that share no code with it: a litecoind of each
network, and libauth for Bitcoin Cash. Who disagrees is a fault, or a rule that is written here."""

import json
import shutil
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tagwork.payouts.rails.addresses import check_address
from tests.builders.absent import program_absent
from tests.builders.litecoin import RegtestNode, free_port, is_absent
from tests.builders.strange_addresses import CASH_PREFIXES, strange_addresses
from tests.chaos.counts import IS_LONG, SEED, rounds, tell

pytestmark = pytest.mark.chaos
JUDGE = Path(__file__).parents[2] / "judges" / "addresses.mjs"
# What is well formed and can still not be paid by us (docs/policies/payouts.md).
NEVER_PAYABLE = {"mweb", "witness_unknown"}
NETWORKS = ("main", "test", "regtest")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RegtestNode]]:
    """A node of each network that talks to nobody; in the sample regtest's alone."""
    if is_absent():
        program_absent("litecoind is absent (apt-get install litecoind)")
    with ExitStack() as running:
        found = {}
        for network in NETWORKS if IS_LONG else ("regtest",):
            found[network] = RegtestNode(tmp_path_factory.mktemp(network), free_port(), network)
            running.callback(found[network].stop)
            found[network].start()
        yield found


def asked(node: RegtestNode, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """validateaddress for each, in one request."""
    calls = [{"id": number, "method": "validateaddress", "params": [one]} for number, one in enumerate(addresses)]
    request = urllib.request.Request(node.url, json.dumps(calls).encode(), node.rpc.headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        told = json.loads(answer.read())
    return [one["result"] for one in sorted(told, key=lambda one: int(one["id"]))]


def test_litecoind_reads_every_litecoin_address_as_we_do(nodes: dict[str, RegtestNode]) -> None:
    count = rounds(full=20_000, sample=800)
    addresses = list(strange_addresses("ltc", count, SEED))
    seen = Counter[str]()
    for network, node in nodes.items():
        for text, told in zip(addresses, asked(node, addresses), strict=True):
            check = check_address("ltc", network, text)
            # Litecoin Core passes over spaces around Base58; here nothing is trimmed, and the hint says so.
            is_accepted = told["isvalid"] and text == text.strip()
            assert check.valid is is_accepted, (network, text, told, check)
            if check.valid:
                assert check.normalized == told["address"], (network, text)
            seen[check.kind or "none"] += 1
            if check.payable:
                assert check.script_hex == told["scriptPubKey"], (network, text)
            assert check.payable is (check.valid and check.kind not in NEVER_PAYABLE), (network, text)
    rare = {"p2wpkh", "p2wsh", "p2tr", "mweb"} if IS_LONG else set()
    assert {"p2pkh", "p2sh", "witness_unknown", "none"} | rare <= seen.keys()
    tell(f"litecoind of {', '.join(nodes)} and we agree on {count} Litecoin addresses: {dict(sorted(seen.items()))}")


def test_libauth_reads_every_bitcoin_cash_address_as_we_do() -> None:
    if shutil.which("node") is None or not (JUDGE.parent / "node_modules").exists():
        program_absent("the judges are not installed (make test does it)")
    count = rounds(full=20_000, sample=800)
    addresses = list(strange_addresses("bch", count, SEED))
    cases = [(network, text) for text in addresses for network in NETWORKS]
    lines = "".join(json.dumps({"address": as_libauth_wants(network, text)}) + "\n" for network, text in cases)
    command = ["node", str(JUDGE)]
    told = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=300)
    seen = Counter[str]()
    for (network, text), line in zip(cases, told.stdout.splitlines(), strict=True):
        judged, check = json.loads(line), check_address("bch", network, text)
        expected = judged["script"] if judged["network"] in ACCEPTED[network] else None
        seen[check.kind or "none"] += 1
        if isinstance(judged["network"], str) and text not in (text.lower(), text.upper()):
            # The specification refuses mixed case, libauth passes over it.
            expected = None
        if expected is not None and len(expected) // 2 not in (23, 25, 35):
            # libauth makes a script of a key hash of 32 bytes, by the opcodes of one of 20: no node reads that.
            expected = None
        if check.kind == "legacy_p2sh32":
            # BCHN takes it (the shared vectors were put to one), libauth knows Base58 of 20 bytes only.
            expected = check.script_hex
        assert check.script_hex == expected, (network, text, judged, check)
        assert check.valid is check.payable is (expected is not None), (network, text)
    assert {"p2pkh", "p2sh20", "p2sh32", "token_p2pkh", "token_p2sh20", "token_p2sh32", "legacy_p2pkh"} <= seen.keys()
    tell(f"libauth and we agree on {count} Bitcoin Cash addresses of each network: {dict(sorted(seen.items()))}")


PREFIX_OF = dict(zip(NETWORKS, CASH_PREFIXES, strict=True))
ACCEPTED = {
    "main": {"bitcoincash", 0x00, 0x05},
    "test": {"bchtest", 0x6F, 0xC4},
    "regtest": {"bchreg", 0x6F, 0xC4},
}


def as_libauth_wants(network: str, text: str) -> str:
    """The specification lets a text be all capitals and leave its prefix out; libauth does neither."""
    lowered = text.lower() if text == text.upper() and text.isascii() else text
    is_cash = ":" in text or (len(text) > 40 and lowered == lowered.lower())
    if not is_cash:
        return text
    return lowered if ":" in lowered else f"{PREFIX_OF[network]}:{lowered}"
