from enum import StrEnum

from allauth.account.models import EmailAddress
from django.db import transaction

from tagwork.kit import audit, clock, outbox
from tagwork.people.errors import NotAllowedToGrant
from tagwork.people.models import OperatorProposal, Person

PROPOSED = "operator.proposed"


class Role(StrEnum):
    """A client is none of these: that is whoever belongs to an organisation."""

    WORKER = "worker"
    MODERATOR = "moderator"
    OPERATOR = "operator"


def grant_role(person: Person, role: Role, *, by: Person | None, reason: str) -> OperatorProposal | None:
    """Give a role; harmless when it is held. Audited. `by=None` is the machine's owner at the command line.

    An operator is made by two: what the first one asks for is only proposed, and the open proposal comes back; it takes
    force when a second operator grants the same. Raises NotAllowedToGrant.
    """
    return change_role(person, role, True, by=by, reason=reason)


@transaction.atomic
def change_role(person: Person, role: Role, held: bool, *, by: Person | None, reason: str) -> OperatorProposal | None:
    """What granting and revoking share. The person's row is locked: two operators at once are one after the other."""
    if by is not None and (not by.is_operator or by.pk == person.pk):
        raise NotAllowedToGrant("Roles are given and taken by another operator, so that no single person makes one.")
    kept = Person.objects.select_for_update().get(pk=person.pk)
    if not kept.is_active:
        raise NotAllowedToGrant("This account is closed.")
    if held and not EmailAddress.objects.filter(user=kept, email__iexact=kept.email, verified=True).exists():
        # Whoever signed up with somebody else's address would get the role with a password of their own.
        raise NotAllowedToGrant("This person has not confirmed their e-mail address yet.")
    field = f"is_{role.value}"
    if role is Role.OPERATOR:
        proposal = _open_proposal(kept)
        if held and by is not None and not kept.is_operator and (proposal is None or proposal.proposed_by == by):
            return proposal or _propose(kept, by, reason)
        if proposal is not None:
            _decide(proposal, held, by, reason)
    if getattr(kept, field) == held:
        return None
    setattr(kept, field, held)
    kept.save(update_fields=[field])
    setattr(person, field, held)
    _record(by, "role_granted" if held else "role_revoked", kept, role, reason)
    return None


def _open_proposal(person: Person) -> OperatorProposal | None:
    """None, too, where whoever proposed it is no operator any more: that one is let drop."""
    found = OperatorProposal.objects.filter(person=person, decided_at=None).select_related("proposed_by").first()
    if found is not None and not (found.proposed_by.is_operator and found.proposed_by.is_active):
        found.decided_at = clock.now()
        found.save(update_fields=["decided_at"])
        return None
    return found


def _propose(person: Person, by: Person, reason: str) -> OperatorProposal:
    made = OperatorProposal.objects.create(person=person, proposed_by=by, reason=reason, proposed_at=clock.now())
    _record(by, "role_proposed", person, Role.OPERATOR, reason)
    outbox.publish(PROPOSED, f"person:{person.pk}", {"proposal_id": str(made.pk)})
    return made


def _decide(proposal: OperatorProposal, is_accepted: bool, by: Person | None, reason: str) -> None:
    proposal.decided_by, proposal.decided_at, proposal.is_accepted = by, clock.now(), is_accepted
    proposal.save(update_fields=["decided_by", "decided_at", "is_accepted"])
    if not is_accepted:
        _record(by, "role_dropped", proposal.person, Role.OPERATOR, reason)


def _record(by: Person | None, action: str, person: Person, role: Role, reason: str) -> None:
    actor = by.pk if by else "command line"
    audit.record(actor, action, f"person:{person.pk}", {"role": role.value, "reason": reason})
