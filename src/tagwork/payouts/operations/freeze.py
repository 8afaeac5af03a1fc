import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import NotFound
from tagwork.payouts import rules
from tagwork.payouts.models import DepositWatch, Freeze, NodeTip
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.people.models import Person

log = logging.getLogger(__name__)


@transaction.atomic
def freeze(method: str, code: str, detail: str) -> None:
    """Stops a method until an operator has looked; `code` is of rules.FREEZE_TEXTS. Frozen twice is frozen once."""
    log.error("payouts by %s are frozen: %s (%s)", method, code, detail)
    if Freeze.objects.filter(method=method, lifted_at__isnull=True).exists():
        return
    row = Freeze.objects.create(method=method, code=code, detail=detail[:500], at=clock.now())
    outbox.publish("payouts.frozen", f"payouts:{method}", {"freeze_id": str(row.id), "method": method, "code": code})


@contextmanager
def kept_apart(method: str) -> Iterator[None]:
    """What goes wrong inside stops this method alone: anything that no rule names freezes it, and the others go on.

    A database that is away is waited for: nothing can be stored now, and nothing was.
    """
    try:
        yield
    except (OperationalError, InterfaceError):
        log.exception("payouts by %s wait for the database", method)
    except Exception as error:
        log.exception("payouts by %s met something unexpected", method)
        place = traceback.extract_tb(error.__traceback__)[-1]
        # Never the error's own text: it may repeat an answer, a login or somebody's address.
        freeze(method, rules.UNEXPECTED, f"{type(error).__name__} in {Path(place.filename).stem}, line {place.lineno}")


@transaction.atomic
def lift_freeze(operator: Person, freeze_id: UUID, note: str) -> None:
    """An operator has looked, and payouts go on; the chain as the node shows it now is the one to go by.

    Once more does nothing. Raises Forbidden, NotFound, Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    row = Freeze.objects.select_for_update().filter(id=freeze_id).first()
    if row is None:
        raise NotFound("There is no such freeze.")
    if row.lifted_at is not None:
        return
    row.lifted_at, row.lifted_by, row.note = clock.now(), str(operator.id), text
    row.save(update_fields=["lifted_at", "lifted_by", "note"])
    NodeTip.objects.filter(method=row.method).delete()
    # Deposits are looked for from the first block again: what is known already is kept once.
    DepositWatch.objects.filter(name=row.method).update(block="")
    audit.record(operator.id, "payouts.unfrozen", f"freeze:{row.id}", {"method": row.method, "note": text})
