"""A client's month as a file: CSV for programs, PDF for people. Pure: the figures in, bytes out."""

import csv
import io
from collections.abc import Iterable, Sequence

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tagwork.core.money import MICROS_PER_USD, format_usd
from tagwork.kit.sheets import plain_cell
from tagwork.payouts.invoices import ClientMonth

HEAD = ("what", "name", "count", "amount_usd")
# Shipped with reportlab: the names of clients and projects hold more than the fourteen fonts of PDF can show.
FONT, BOLD = "Vera", "VeraBd"
PLAIN = ParagraphStyle("plain", fontName=FONT, fontSize=9, leading=13)
SMALL = ParagraphStyle("small", parent=PLAIN, fontSize=7.5, leading=10, textColor=colors.HexColor("#555555"))
TITLE = ParagraphStyle("title", parent=PLAIN, fontName=BOLD, fontSize=15, leading=20)


def dollars(micros: int) -> str:
    """Exact, six digits: what a program adds up."""
    whole, rest = divmod(abs(micros), MICROS_PER_USD)
    return f"{'-' if micros < 0 else ''}{whole}.{rest:06d}"


def as_csv(month: ClientMonth) -> str:
    """RFC 4180, UTF-8; the amounts of all rows but the balances add up to the difference of the balances."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerow(("opening balance", "", "", dollars(month.opening_micros)))
    for at, reference, amount in month.deposits:
        writer.writerow(("deposit", plain_cell(f"{at:%Y-%m-%d} {reference}"), 1, dollars(amount)))
    if month.taken_back_micros:
        writer.writerow(("deposit taken back", "", "", dollars(-month.taken_back_micros)))
    if month.refunded_micros:
        writer.writerow(("refund", "", "", dollars(-month.refunded_micros)))
    if month.other_micros:
        writer.writerow(("other", "", "", dollars(month.other_micros)))
    for row in month.projects:
        writer.writerow(("workers' pay", plain_cell(row.name), row.answers, dollars(-row.pay_micros)))
        if row.fee_micros:
            writer.writerow(("platform fee", plain_cell(row.name), row.answers, dollars(-row.fee_micros)))
    writer.writerow(("closing balance", "", "", dollars(month.closing_micros)))
    return out.getvalue()


def as_pdf(month: ClientMonth) -> bytes:
    """A4. The same figures give the same bytes: no time of making, no random identifier (`invariant`)."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
        pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=f"{month.number}",
        author=month.house_name,
        invariant=1,
    )
    document.build(list(_story(month)))
    return out.getvalue()


def _story(month: ClientMonth) -> Iterable[Flowable]:
    yield Paragraph("Statement" if not month.is_over else "Invoice", TITLE)
    yield Paragraph(f"{month.number} · {month.month:%B %Y} (UTC)", PLAIN)
    yield Spacer(0, 6 * mm)
    address = "<br/>".join(_safe(line) for line in month.house_address.splitlines())
    yield Paragraph(f"From: {_safe(month.house_name)}<br/>{address}", PLAIN)
    yield Paragraph(f"To: {_safe(month.organisation)}", PLAIN)
    yield Spacer(0, 6 * mm)
    yield _table(
        [
            ["Opening balance", "", format_usd(month.opening_micros)],
            *([f"Paid in, {at:%d %B}", Paragraph(_safe(reference), PLAIN), format_usd(amount)]
              for at, reference, amount in month.deposits),
            *([["Taken back, recorded by mistake", "", _minus(month.taken_back_micros)]]
              if month.taken_back_micros else []),
            *([["Refunded", "", _minus(month.refunded_micros)]] if month.refunded_micros else []),
            *([["Other", "", _signed(month.other_micros)]] if month.other_micros else []),
            ["Spent", "see below", _minus(month.spent_micros)],
            ["Closing balance", "", format_usd(month.closing_micros)],
        ],
        ["", "", "US dollars"],
    )  # fmt: skip
    yield Spacer(0, 8 * mm)
    yield _table(
        [
            [
                Paragraph(_safe(row.name), PLAIN),
                f"{row.answers:,}",
                format_usd(row.pay_micros),
                format_usd(row.fee_micros),
            ]
            for row in month.projects
        ]
        or [["Nothing was paid for in this month", "", "", ""]],
        ["Project", "Answers", "Workers' pay", "Platform fee"],
    )
    yield Spacer(0, 8 * mm)
    if not month.is_over:
        yield Paragraph("The month is not over: these figures still grow.", SMALL)
    yield Paragraph(
        "Pay goes to workers whole; the house's own turnover is the platform fee. Whether this paper is an invoice in "
        "the sense of a tax law depends on the operator's place.",
        SMALL,
    )


def _minus(micros: int) -> str:
    return f"-{format_usd(micros)}"


def _signed(micros: int) -> str:
    return _minus(-micros) if micros < 0 else format_usd(micros)


def _table(rows: Sequence[Sequence[object]], head: list[str]) -> Table:
    table = Table([head, *rows], colWidths=[70 * mm, *[100 * mm / (len(head) - 1)] * (len(head) - 1)], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 9),
                ("FONT", (0, 0), (-1, 0), BOLD, 9),
                ("ALIGN", (-1, 0), (-1, -1), "RIGHT"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#cccccc")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _safe(text: str) -> str:
    """A paragraph reads a little XML; what people typed is text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
