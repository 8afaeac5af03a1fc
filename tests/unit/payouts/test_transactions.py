"""Signed bytes against what they are for. The transactions are the examples of BIP 143 and of Bitcoin's block 170."""

from dataclasses import replace

import pytest

from tagwork.payouts.rails.transactions import (
    FeeCaps,
    Malformed,
    Output,
    WrongTransaction,
    check_transaction,
    pays_any_of,
    read_transaction,
)

# Block 170 of Bitcoin: the first payment, Satoshi Nakamoto to Hal Finney, 10 of 50 coins; id as every explorer has it.
FIRST_PAYMENT = (
    "0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd3704000000004847304402204e45e16932b8af514961"
    "a1d3a1a25fdf3f4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4acdd12909d831cc56cbbac4622082221a8768d1d0901"
    "ffffffff0200ca9a3b00000000434104ae1a62fe09c5f51b13905f07f06b99a2f7159b2225f374cd378d71302fa28414e7aab37397f554a7df"
    "5f142c21c1b7303b8a0626f1baded5c72a704f7e6cd84cac00286bee0000000043410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1"
    "482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac00000000"
)
FIRST_PAYMENT_ID = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
COIN = ("0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9", 0)
HAL, SATOSHI = read_transaction(FIRST_PAYMENT).outputs
CAPS = FeeCaps(units=10_000, units_per_kilobyte=50_000)
# 50 coins came in, 50 went out: it paid no fee; 1000 more units in is a fee of 1000.
COINS = {COIN: 5_000_000_000 + 1_000}

# The signed P2WPKH example of BIP 143, with one input of each kind
WITNESS = (
    "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9"
    "cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618e"
    "f3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb20600000000"
    "1976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa81"
    "5988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f9030"
    "0e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee63571100"
    "0000"
)


def refused(lines: list[Output], **changes: object) -> str:
    given = {"coins": COINS, "taken": frozenset(), "caps": CAPS} | changes
    with pytest.raises(WrongTransaction) as error:
        check_transaction(FIRST_PAYMENT, lines, **given)  # type: ignore[arg-type]
    return error.value.code


def test_it_reads_a_transaction_without_witnesses() -> None:
    read = read_transaction(FIRST_PAYMENT)
    assert (read.txid, read.inputs, read.size) == (FIRST_PAYMENT_ID, (COIN,), 275)
    assert [output.units for output in read.outputs] == [1_000_000_000, 4_000_000_000]


def test_it_reads_a_transaction_with_witnesses() -> None:
    read = read_transaction(WITNESS)
    # https://en.bitcoin.it/wiki/BIP_0143, native P2WPKH: 112340000 and 223450000 units to two key hashes
    assert [output.units for output in read.outputs] == [112_340_000, 223_450_000]
    assert read.txid == "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609"
    assert [vout for _, vout in read.inputs] == [0, 1]


@pytest.mark.parametrize("raw", ["", "zz", FIRST_PAYMENT[:-2], FIRST_PAYMENT + "00", "00" * 10, WITNESS[:-10]])
def test_it_refuses_what_is_not_one_whole_transaction(raw: str) -> None:
    with pytest.raises(Malformed):
        read_transaction(raw)


def test_the_output_behind_the_lines_is_the_change() -> None:
    checked = check_transaction(FIRST_PAYMENT, [HAL], COINS, frozenset(), CAPS)
    assert (checked.change, checked.fee_units) == (SATOSHI, 1_000)
    assert check_transaction(FIRST_PAYMENT, [HAL, SATOSHI], COINS, frozenset(), CAPS).change is None


def test_it_refuses_outputs_that_differ_in_amount_script_order_or_number() -> None:
    for lines in (
        [replace(HAL, units=HAL.units + 1)],
        [replace(HAL, script_hex=SATOSHI.script_hex)],
        [SATOSHI, HAL],
        [HAL, SATOSHI, HAL],
    ):
        assert refused(lines) == "outputs_differ"
    assert refused([]) == "extra_output"


def test_it_refuses_inputs_that_are_unknown_or_of_another_batch() -> None:
    assert refused([HAL], coins={}) == "unknown_input"
    assert refused([HAL], taken=frozenset({COIN})) == "input_taken"


@pytest.mark.parametrize("fee", [-1, 10_001])
def test_it_refuses_a_fee_below_zero_or_beyond_the_cap(fee: int) -> None:
    assert refused([HAL], coins={COIN: 5_000_000_000 + fee}) == "fee_beyond_cap"


def test_it_refuses_a_fee_rate_beyond_the_cap() -> None:
    # 1000 units for 275 bytes are 3636 a thousand
    assert refused([HAL], caps=FeeCaps(units=10_000, units_per_kilobyte=3_636)) == "fee_beyond_cap"
    check_transaction(FIRST_PAYMENT, [HAL], COINS, frozenset(), FeeCaps(units=10_000, units_per_kilobyte=3_637))


def test_a_copy_whose_signature_was_altered_has_another_id_and_pays_the_same_people() -> None:
    # The signature script of the first payment begins behind version, count, outpoint and its own length.
    altered = bytearray.fromhex(FIRST_PAYMENT)
    altered[50] ^= 1
    copy = read_transaction(altered.hex())
    assert (copy.txid != FIRST_PAYMENT_ID, copy.inputs) == (True, (COIN,))
    assert pays_any_of(copy, [Output(1, "00"), HAL])
    assert not pays_any_of(copy, [Output(1, HAL.script_hex), Output(HAL.units, "00")])
