from typing import Any

from django.db import IntegrityError, transaction

from tagwork.kit import audit, clock, outbox, settings
from tagwork.kit.errors import Forbidden, WrongState
from tagwork.kit.models import SettingProposal
from tagwork.people.models import Person

PROPOSED = "setting.proposed"


@transaction.atomic
def change_setting(operator: Person, name: str, value: Any) -> SettingProposal | None:
    """Give a versioned setting its next value, in the operator's name. Audited.

    Of one that takes two, this is only proposed: the proposal comes back, and nothing is in force before another
    operator has agreed (decide_setting). A newer proposal of the same setting takes the place of an older one.
    Raises Forbidden, WrongState, kit.settings.UnknownSetting, kit.settings.BadSetting.
    """
    require_operator(operator)
    if not settings.declaration(name).takes_two:
        settings.change(name, value, by=str(operator.pk))
        return None
    settings.require_valid(name, value)
    now, who = clock.now(), str(operator.pk)
    for older in SettingProposal.objects.select_for_update().filter(name=name, decided_at=None):
        older.decided_at, older.decided_by = now, who
        older.save(update_fields=["decided_at", "decided_by"])
    try:
        with transaction.atomic():
            proposal = SettingProposal.objects.create(name=name, value=value, proposed_at=now, proposed_by=who)
    except IntegrityError:
        raise WrongState("Somebody else proposed a value at the same moment. Look at it first.") from None
    audit.record(who, PROPOSED, f"setting:{name}", {"value": value})
    outbox.publish(PROPOSED, f"setting:{name}", {"proposal_id": str(proposal.pk)})
    return proposal


def require_operator(person: Person) -> None:
    """Raises Forbidden."""
    if not (person.is_operator and person.is_active):
        raise Forbidden("Only an operator changes the rules in force.")
