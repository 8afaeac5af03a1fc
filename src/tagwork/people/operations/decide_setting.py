from uuid import UUID

from django.db import transaction

from tagwork.kit import audit, clock, settings
from tagwork.kit.errors import Forbidden, NotFound, WrongState
from tagwork.kit.models import SettingProposal
from tagwork.people.models import Person
from tagwork.people.operations.change_setting import require_operator


@transaction.atomic
def decide_setting(operator: Person, proposal_id: UUID, *, is_accepted: bool) -> SettingProposal:
    """Another operator puts a proposed value in force; anybody of them, its author too, may let it drop. Audited.

    The same once more gives the same answer. Raises Forbidden, NotFound, WrongState, kit.settings.BadSetting (what is
    allowed has changed since it was proposed).
    """
    require_operator(operator)
    proposal = SettingProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound("There is no such proposal.")
    who = str(operator.pk)
    if is_accepted and proposal.proposed_by == who:
        raise Forbidden("You proposed it yourself; another operator puts it in force.")
    if proposal.decided_at is not None:
        if (proposal.decided_by, proposal.is_accepted) == (who, is_accepted):
            return proposal
        raise WrongState("This proposal was decided already, or a newer one took its place.")
    proposal.decided_at, proposal.decided_by, proposal.is_accepted = clock.now(), who, is_accepted
    proposal.save(update_fields=["decided_at", "decided_by", "is_accepted"])
    if is_accepted:
        settings.change(proposal.name, proposal.value, by=who)
    else:
        audit.record(who, "setting.dropped", f"setting:{proposal.name}", {"value": proposal.value})
    return proposal
