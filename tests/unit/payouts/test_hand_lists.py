"""Many payments by hand: the list, its two files, and what an operator says became of them, exactly once."""

import io
import uuid
from datetime import UTC, datetime
from importlib.resources import files
from xml.etree.ElementTree import fromstring

import pytest
import xmlschema
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.ids import encode
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts import console
from tagwork.payouts.models import HandLine, HandList
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.form_hand_list import form_hand_list
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_hand_results import record_hand_results
from tagwork.payouts.queries import withdrawal_for_operator
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import BadFile, ListedPayment, PaymentList, PaymentResult
from tagwork.payouts.rails.manual import pain001, sheet
from tagwork.payouts.rails.manual.accounts import read_account
from tests.builders import people
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import set_policy

# ISO 13616's own examples
GERMAN, BRITISH = "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"


@pytest.fixture(scope="session")
def schema() -> xmlschema.XMLSchema:
    """The schema of ISO 20022 itself, as the package sepaxml carries it."""
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def payments(*receivers: str, account: str = GERMAN, bic: str = "COBADEFFXXX", name: str = "Tagwork") -> PaymentList:
    lines = tuple(ListedPayment(uuid.UUID(int=number), text, 980) for number, text in enumerate(receivers, start=1))
    return PaymentList(uuid.UUID(int=99), datetime(2026, 11, 22, 6, tzinfo=UTC), name, account, bic, lines)


def test_the_pain_file_is_what_the_schema_says(schema: xmlschema.XMLSchema) -> None:
    made = pain001.write(payments(f"{GERMAN}, Ana <Example> & Söhne", "ana@pay.example", f"{BRITISH},"))
    schema.validate(io.BytesIO(made))
    found = fromstring(made)
    at = {"p": pain001.NAMESPACE}
    assert found.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=at) == "29.40"
    ibans = [one.text for one in found.findall(".//p:CdtTrfTxInf/p:CdtrAcct/p:Id/p:IBAN", at)]
    assert ibans == ["DE89370400440532013000", "GB29NWBK60161331926819"]
    assert found.findtext(".//p:Cdtr/p:Nm", namespaces=at) == "Ana <Example> & Söhne"
    assert found.findtext(".//p:CdtTrfTxInf/p:PmtId/p:EndToEndId", namespaces=at) == uuid.UUID(int=1).hex
    for value in ({"account": "0532013000", "bic": ""}, {"name": "x" * 400}):
        schema.validate(io.BytesIO(pain001.write(payments(GERMAN, **value))))


@given(
    text=st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=3, max_size=34),
    cents=st.integers(1, 10**12),
)
def test_whatever_a_worker_typed_the_file_fits_the_schema(schema: xmlschema.XMLSchema, text: str, cents: int) -> None:
    one = ListedPayment(uuid.UUID(int=1), text, cents)
    listed = payments()
    schema.validate(io.BytesIO(pain001.write(PaymentList(listed.list_id, listed.made_at, "T", GERMAN, "", (one,)))))


def test_what_the_form_cannot_hold_is_refused_in_words() -> None:
    for broken in (payments("x" * 35), payments(GERMAN, account=" "), payments(GERMAN, bic="NOPE")):
        with pytest.raises(BadFile):
            pain001.write(broken)


def test_an_iban_is_one_payee_however_it_is_written_and_a_misspelt_one_is_refused() -> None:
    check = rails()["manual"].check_destination
    spellings = (GERMAN, GERMAN.replace(" ", "").lower(), f"{GERMAN}, Ana Example")
    assert {check("", text).payee for text in spellings} == {"DE89370400440532013000"}
    assert read_account(f"{GERMAN}, Ana  Example").holder == "Ana Example"
    assert not check("", "DE89 3704 0044 0532 0130 01").payable
    assert check("", "ana@pay.example").payee == "ana@pay.example"
    assert check("", "M-Pesa +254 700 123456").payable


def test_the_sheet_comes_back_as_a_spreadsheet_saves_it() -> None:
    listed = payments(GERMAN, "=cmd()")
    text = sheet.write(listed).decode("utf-8-sig")
    assert "'=cmd()" in text
    filled = text.replace(",,,\r\n", ",sent,REF 1,\r\n")
    for version in (filled, filled.replace(",", ";").replace("9.80", "9,80"), filled + ",,,,,,,\r\n"):
        found = sheet.read(version.encode("utf-8-sig"))
        assert [(one.payment_id.int, one.cents, one.outcome, one.reference) for one in found] == [
            (1, 980, "sent", "REF 1"),
            (2, 980, "sent", "REF 1"),
        ]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"a,b\n1,2\n",
        b"\xff\xfe",
        b"withdrawal,amount_usd,outcome,transaction_id\nnope,9.80,sent,R\n",
        b"x" * 1_100_000,
    ],
)
def test_a_file_that_is_none_is_refused(broken: bytes) -> None:
    with pytest.raises(BadFile):
        sheet.read(broken)


def test_a_withdrawal_twice_and_an_unknown_outcome_are_named_by_line() -> None:
    head, first, *_ = sheet.write(payments(GERMAN)).decode("utf-8-sig").splitlines()
    with pytest.raises(BadFile, match="twice"):
        sheet.read("\n".join([head, first, first]).encode())
    with pytest.raises(BadFile, match="Line 2"):
        sheet.read("\n".join([head, first.replace(",,,", ",paid,R,")]).encode())


@pytest.fixture
def _books(sound_books: None) -> None:
    set_policy("payouts.destination_cooldown_seconds", 0)
    set_policy("payouts.methods", ["manual"])


def made() -> tuple[uuid.UUID, list[uuid.UUID]]:
    """A list of two: $10.00 and $10.005, of which half a cent is rounded."""
    ids = [
        approved_to(GERMAN, 10_000_000, 1, "manual").id,
        approved_to(BRITISH, 10_005_000, 2, "manual").id,
    ]
    return form_hand_list(people.operator(), "manual"), ids


def says(
    identifier: uuid.UUID, outcome: str, reference: str = "REF", cents: int = 1000, note: str = ""
) -> PaymentResult:
    return PaymentResult(2, identifier, cents, outcome, reference, note)


def states(ids: list[uuid.UUID]) -> list[str]:
    return [withdrawal_for_operator(one).state for one in ids]


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_a_list_commits_to_all_that_waits_once() -> None:
    list_id, ids = made()
    assert states(ids) == ["signed", "signed"]
    assert [line.cents for line in HandLine.objects.order_by("withdrawal_id")] == [1000, 1000]
    with pytest.raises(WrongState):
        form_hand_list(people.second_operator(), "manual")
    with pytest.raises(WrongState):
        cancel_withdrawal(people.worker(1), ids[0])
    with pytest.raises(WrongState):
        mark_signed(people.second_operator(), ids[0])
    assert HandList.objects.get().id == list_id
    with pytest.raises(DatabaseError), transaction.atomic():
        HandLine.objects.update(cents=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_results_are_recorded_exactly_once_and_half_a_cent_is_rounding() -> None:
    list_id, ids = made()
    operator = people.operator()
    results = [says(ids[0], "arrived", "A"), says(ids[1], "sent", "B")]
    assert [record_hand_results(operator, list_id, results) for _ in range(2)] == [2, 0]
    assert states(ids) == ["confirmed", "broadcast"]
    assert record_hand_results(operator, list_id, [says(ids[1], "arrived", "B"), says(ids[0], "", "")]) == 1
    totals = totals_by_kind()
    assert (totals["external_out"], totals["rounding"], totals["payout_clearing"]) == (20_000_000, 5_000, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_one_wrong_line_records_nothing() -> None:
    list_id, ids = made()
    good = says(ids[0], "sent", "A")
    for bad in (
        says(ids[1], "sent", "B", cents=999),
        says(ids[1], "sent", ""),
        says(ids[1], "failed", note=" "),
        says(uuid.uuid4(), "sent"),
    ):
        with pytest.raises(Invalid, match="Nothing of the file was recorded"):
            record_hand_results(people.operator(), list_id, [good, bad])
        assert states(ids) == ["signed", "signed"]
    record_hand_results(people.operator(), list_id, [good])
    with pytest.raises(Invalid):
        record_hand_results(people.operator(), list_id, [says(ids[0], "arrived", "OTHER")])


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_a_failure_with_proof_can_be_refunded() -> None:
    list_id, ids = made()
    failed = says(ids[0], "failed", "", note="the bank returned it, account closed")
    assert [record_hand_results(people.operator(), list_id, [failed]) for _ in range(2)] == [1, 0]
    assert states(ids) == ["failed", "signed"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_strangers_make_and_record_nothing() -> None:
    approved_to(GERMAN, 10_000_000, 1, "manual")
    for stranger in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        with pytest.raises(Forbidden):
            form_hand_list(stranger, "manual")
        with pytest.raises(Forbidden):
            record_hand_results(stranger, uuid.uuid4(), [])
    with pytest.raises(NotFound):
        record_hand_results(people.operator(), uuid.uuid4(), [])
    with pytest.raises(WrongState):
        form_hand_list(people.operator(), "ltc")


@pytest.mark.django_db
@pytest.mark.usefixtures("_books")
def test_both_files_hold_what_was_committed(schema: xmlschema.XMLSchema) -> None:
    set_policy("payouts.manual.payer_account", GERMAN)
    list_id, ids = made()
    listed = console.payment_list(list_id)
    schema.validate(io.BytesIO(pain001.write(listed)))
    assert encode("w", ids[0]) in sheet.write(listed).decode("utf-8-sig")
    assert sum(one.cents for one in listed.payments) == 2000
