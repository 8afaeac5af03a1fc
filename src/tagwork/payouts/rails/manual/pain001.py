"""A list as ISO 20022 pain.001.001.09 (CustomerCreditTransferInitiationV09), the form that banks take. Pure.

Only what is needed is written: one payment instruction, one credit transfer a line, dollars, shared charges. An account
that is no IBAN goes as `Othr`, which has at most 34 characters.
"""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from tagwork.payouts.rails.interface import BadFile, ListedPayment, ListFile, PaymentList
from tagwork.payouts.rails.manual.accounts import read_account

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# Max140Text, Max34Text, BICFIDec2014Identifier
LONGEST_NAME, LONGEST_OTHER = 140, 34
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def write(payments: PaymentList) -> bytes:
    """Raises BadFile, naming what the form cannot hold."""
    if not payments.payer_account.strip():
        raise BadFile("The house's own account is missing: set payouts.manual.payer_account under Rules.")
    bic = payments.payer_bic.strip().upper()
    if bic and not _BIC.fullmatch(bic):
        raise BadFile("The BIC of the house's bank is none: correct payouts.manual.payer_bic under Rules.")
    count, total = str(len(payments.payments)), _dollars(sum(one.cents for one in payments.payments))
    document = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    _text(header, "MsgId", payments.list_id.hex)
    _text(header, "CreDtTm", payments.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(header, "NbOfTxs", count)
    _text(header, "CtrlSum", total)
    _text(SubElement(header, "InitgPty"), "Nm", payments.payer_name[:LONGEST_NAME])
    instruction = SubElement(initiation, "PmtInf")
    _text(instruction, "PmtInfId", payments.list_id.hex)
    _text(instruction, "PmtMtd", "TRF")
    _text(instruction, "NbOfTxs", count)
    _text(instruction, "CtrlSum", total)
    _text(SubElement(instruction, "ReqdExctnDt"), "Dt", payments.made_at.strftime("%Y-%m-%d"))
    _text(SubElement(instruction, "Dbtr"), "Nm", payments.payer_name[:LONGEST_NAME])
    _account(instruction, "DbtrAcct", payments.payer_account.strip(), "the house's own account")
    agent = SubElement(SubElement(instruction, "DbtrAgt"), "FinInstnId")
    if bic:
        _text(agent, "BICFI", bic)
    else:
        _text(SubElement(agent, "Othr"), "Id", "NOTPROVIDED")
    _text(instruction, "ChrgBr", "SHAR")
    for payment in payments.payments:
        _transfer(instruction, payment)
    return bytes(tostring(document, encoding="UTF-8", xml_declaration=True))


def _transfer(instruction: Element, payment: ListedPayment) -> None:
    transfer = SubElement(instruction, "CdtTrfTxInf")
    _text(SubElement(transfer, "PmtId"), "EndToEndId", payment.payment_id.hex)
    amount = SubElement(SubElement(transfer, "Amt"), "InstdAmt", Ccy="USD")
    amount.text = _dollars(payment.cents)
    holder = read_account(payment.receiver).holder
    if holder:
        _text(SubElement(transfer, "Cdtr"), "Nm", holder[:LONGEST_NAME])
    _account(transfer, "CdtrAcct", payment.receiver, f"the account of payment {payment.payment_id}")
    _text(SubElement(transfer, "RmtInf"), "Ustrd", payment.payment_id.hex)


def _account(parent: Element, name: str, text: str, what: str) -> None:
    found = read_account(text)
    identifier = SubElement(SubElement(parent, name), "Id")
    if found.iban:
        _text(identifier, "IBAN", found.iban)
        return
    if len(found.other) > LONGEST_OTHER:
        raise BadFile(f"{what} is no IBAN and longer than the {LONGEST_OTHER} characters of the form: use the CSV.")
    _text(SubElement(identifier, "Othr"), "Id", found.other)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


PAIN001 = ListFile("pain001", "ISO 20022 (pain.001.001.09)", "xml", "application/xml", write)
