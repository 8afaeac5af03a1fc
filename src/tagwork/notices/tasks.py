"""What the outbox brings to this room."""

from collections.abc import Sequence

from tagwork.kit import outbox
from tagwork.kit.models import OutboxEvent
from tagwork.notices.letters import send_letter
from tagwork.notices.operations.notify import notify
from tagwork.people.models import Invitation
from tagwork.people.queries import person_by_email


def tell_invited(events: Sequence[OutboxEvent]) -> None:
    """A letter to the address and, for an account that uses it, a notice."""
    for event in events:
        invitation = (
            Invitation.objects.select_related("organisation", "invited_by")
            .filter(pk=event.payload["invitation"], accepted_at=None, withdrawn_at=None)
            .first()
        )
        if invitation is None:
            continue
        name = invitation.organisation.name
        inviter = invitation.invited_by.display_name or invitation.invited_by.email
        invited = person_by_email(invitation.email)
        is_new = invited is None or notify(
            invited.pk,
            kind="invited",
            text=f"{name} invites you to join.",
            event_key=f"invited:{invitation.pk}",
            link="/organisations/",
        )
        if is_new:
            send_letter(invitation.email, "invited", {"organisation": name, "inviter": inviter})


def listen() -> None:
    """Called once, when the application starts."""
    outbox.subscribe("people.invited", tell_invited)
