"""Reverse: undo a journal by a new one with its ends swapped. Nothing is ever changed or deleted."""

import uuid

from django.db import IntegrityError, transaction

from tagwork.ledger.errors import NotReversible, UnknownJournal
from tagwork.ledger.models import Journal, Posting
from tagwork.ledger.operations.post import write
from tagwork.ledger.rules import REVERSAL, AccountRef, Entry, swapped, takes_from_a_worker


def reverse(key: str, journal_id: uuid.UUID, why: str) -> uuid.UUID:
    """Post the journal's amounts with the ends swapped; returns the new journal's identifier.

    A journal is reversed once (a replay with the same key returns the first reversal), and never so that a worker's
    main balance loses: approved pay is not confiscated. Raises UnknownJournal, NotReversible, InsufficientFunds,
    KeyReused.
    """
    journal = Journal.objects.filter(pk=journal_id).first()
    if journal is None:
        raise UnknownJournal(f"there is no journal {journal_id}")
    postings = Posting.objects.filter(journal=journal).select_related("account")
    lines = swapped([(AccountRef(p.account.kind, p.account.owner), p.amount_micros) for p in postings])
    if takes_from_a_worker(lines):
        raise NotReversible(f"reversing {journal.key} would take approved pay from a worker")
    detail = {"key": journal.key, "kind": journal.kind, "why": why}
    try:
        with transaction.atomic():
            entry = Entry(key, REVERSAL, lines, journal.subject, detail, reverses=journal.id)
            return write([entry])[0]
    except IntegrityError as error:
        if "reverses_id" not in str(error):
            raise
        raise NotReversible(f"{journal.key} was reversed before") from error
