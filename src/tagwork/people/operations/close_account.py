"""Close an account: who somebody was is forgotten, what was done and paid stays in the books."""

from collections.abc import Callable, Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, WrongState
from tagwork.people.models import ApiToken, Invitation, Membership, Person, TaxDetails

TOPIC = "people.account_closed"
# Sentences about what must happen before this person's account can be closed; none when nothing holds it.
Check = Callable[[Person], Sequence[str]]
_checks: list[Check] = []


def ask_before_closing(check: Check) -> None:
    """Called at start-up by the rooms that know of money, work or decisions, which this room does not."""
    if check not in _checks:
        _checks.append(check)


def what_holds(person: Person) -> list[str]:
    """What must happen first, in sentences to the person; empty when the account can be closed."""
    return [*_own_reasons(person), *(reason for check in _checks for reason in check(person))]


def close_account(person: Person, *, by: Person, reason: str = "") -> None:
    """At the person's own request, or by an operator who says why. There is no way back; repeats harmlessly.

    The profile, the address, sign-in, second factors, tokens and memberships go; postings, answers, verdicts and the
    audit log stay under a name that says nothing. Sessions end, since nobody inactive has one. An approved balance is
    never confiscated: it holds the account open. The person's row is locked, so that nothing that refers to them (a
    withdrawal, an appeal, an answer) begins while the rooms are asked.
    Raises Forbidden, Invalid, WrongState (`reasons` lists what must happen first).
    """
    is_own = by.pk == person.pk
    if not is_own and not by.is_operator:
        raise Forbidden("An account is closed by whose it is, or by an operator.")
    if not is_own and len(reason.strip()) < 10:
        raise Invalid(
            "Say why the account is closed.",
            errors=[{"field": "reason", "code": "too_short", "message": "10 letters or more."}],
        )
    with transaction.atomic():
        kept = Person.objects.select_for_update().get(pk=person.pk)
        if not kept.is_active:
            return
        reasons = what_holds(kept)
        if reasons:
            raise WrongState(" ".join(reasons), reasons=reasons)
        _forget(kept)
        audit.record(
            by.pk, "account.closed", f"person:{kept.pk}", {"own_request": is_own, "reason": reason.strip()[:500]}
        )
        outbox.publish(TOPIC, f"person:{kept.pk}", {"person": str(kept.pk)})


def _own_reasons(person: Person) -> list[str]:
    reasons = []
    owned = Membership.objects.filter(person=person, role=Membership.Role.OWNER).select_related("organisation")
    for membership in owned:
        others = Membership.objects.filter(organisation=membership.organisation).exclude(person=person)
        if others.exists() and not others.filter(role=Membership.Role.OWNER).exists():
            reasons.append(f"You are the only owner of {membership.organisation.name}: make somebody else an owner.")
    if person.is_operator and not Person.objects.filter(is_operator=True, is_active=True).exclude(pk=person.pk):
        reasons.append("You are the only operator: make somebody else an operator.")
    return reasons


def _forget(person: Person) -> None:
    now = clock.now()
    Invitation.objects.filter(email__iexact=person.email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    Membership.objects.filter(person=person).delete()
    TaxDetails.objects.filter(person=person).delete()
    # Reserved for ever by RFC 2606: no letter goes anywhere, and the old address may sign up anew.
    person.email = f"closed-{person.pk.hex}@account.invalid"
    person.display_name = person.country = person.time_zone = ""
    person.languages = []
    person.is_adult = person.shows_sensitive_images = False
    person.is_worker = person.is_moderator = person.is_operator = person.is_active = False
    person.set_unusable_password()
    person.save()
