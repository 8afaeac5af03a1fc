"""A list as CSV (RFC 4180, UTF-8): to be paid from, filled in and given back. Pure."""

import csv
import io
import re

from tagwork.kit.ids import decode, encode
from tagwork.kit.sheets import plain_cell
from tagwork.payouts.rails.interface import BadFile, ListFile, PaymentList, PaymentResult
from tagwork.payouts.rails.manual.accounts import read_account

HEAD = ("withdrawal", "account", "holder_or_text", "amount_usd", "end_to_end_id", "outcome", "transaction_id", "note")
OUTCOMES = ("", "sent", "arrived", "failed")
LONGEST_BYTES, MOST_LINES = 1024 * 1024, 2000
_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{2}))?")


def write(payments: PaymentList) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEAD)
    for one in payments.payments:
        account = read_account(one.receiver)
        amount = f"{one.cents // 100}.{one.cents % 100:02d}"
        cells = [encode("w", one.payment_id), account.iban or one.receiver, account.holder, amount]
        writer.writerow([plain_cell(cell) for cell in [*cells, one.payment_id.hex, "", "", ""]])
    # With the mark by which spreadsheets know UTF-8.
    return file.getvalue().encode("utf-8-sig")


def read(content: bytes) -> list[PaymentResult]:
    """The lines of the file as a spreadsheet may have saved it, with commas or semicolons. Raises BadFile."""
    if len(content) > LONGEST_BYTES:
        raise BadFile("The file is larger than a list can be.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8: save it as CSV (UTF-8).") from None
    first = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = {"withdrawal", "amount_usd", "outcome", "transaction_id"} - set(lines.fieldnames or ())
    if missing:
        raise BadFile(f"The first line lacks {', '.join(sorted(missing))}: fill in the file that was downloaded.")
    found: list[PaymentResult] = []
    for row in lines:
        number = lines.line_num
        if len(found) == MOST_LINES:
            raise BadFile(f"The file has more than {MOST_LINES} lines.")
        cells = {name: (row.get(name) or "").strip() for name in HEAD}
        if not any(cells.values()):
            continue
        found.append(_result(number, cells))
    known = [one.payment_id for one in found]
    twice = next((one for one in found if known.count(one.payment_id) > 1), None)
    if twice is not None:
        raise BadFile(f"Line {twice.line}: this withdrawal is in the file twice.")
    return found


def _result(number: int, cells: dict[str, str]) -> PaymentResult:
    payment_id = decode("w", cells["withdrawal"])
    amount = _AMOUNT.fullmatch(cells["amount_usd"])
    outcome = cells["outcome"].lower()
    if payment_id is None:
        raise BadFile(f"Line {number}: the first cell is no withdrawal's id.")
    if amount is None:
        raise BadFile(f"Line {number}: the amount is not one.")
    if outcome not in OUTCOMES:
        raise BadFile(f"Line {number}: the outcome must be sent, arrived or failed, or empty.")
    cents = int(amount[1]) * 100 + int(amount[2] or 0)
    return PaymentResult(number, payment_id, cents, outcome, cells["transaction_id"], cells["note"])


SHEET = ListFile("csv", "CSV", "csv", "text/csv; charset=utf-8", write, read)
