"""What the outbox brings to this room."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from tagwork.core.money import format_usd
from tagwork.kit import outbox, settings
from tagwork.kit.ids import encode, new_id
from tagwork.kit.models import OutboxEvent
from tagwork.notices.language import speaking_to
from tagwork.notices.letters import send_letter
from tagwork.notices.operations.notify import notify
from tagwork.payouts.alarm_words import said, seen_of_freeze, stands_still
from tagwork.payouts.console import raised_alarm, title_of
from tagwork.payouts.deposit_rules import watched_method
from tagwork.payouts.links import disown_token
from tagwork.payouts.operations import watch_alarms
from tagwork.payouts.queries import destination_for_notice, freezes_in_force, recorded_deposit
from tagwork.people.models import Invitation, Person
from tagwork.people.operations import change_setting, grant_role
from tagwork.people.queries import active_operators, live_code, member_ids, person_by_email, proposed_operators
from tagwork.projects.models import Project
from tagwork.quality.models import Appeal, Dispute, Report, Verdict
from tagwork.quality.operations import appeal as appeal_operation
from tagwork.quality.operations import decide_flag, dispute, examine, judge
from tagwork.quality.rules import REASON_TEXTS
from tagwork.standing.models import Restriction
from tagwork.standing.operations import restrict
from tagwork.work.models import Flag, Submission
from tagwork.work.operations import alert

Context = Mapping[str, Any]
LETTER = "notices.letter"
INVITED, DESTINATION_ADDED, PAYOUTS_FROZEN, PAYOUTS_ALARM = (
    "invited",
    "destination_added",
    "payouts_frozen",
    "payouts_alarm",
)

# Only what a worker would want to be woken for; every step is on the withdrawal's page.
WITHDRAWAL_TEXTS = {
    "withdrawal.held": gettext_noop("A withdrawal is held for a look. Its page says why; the money stays yours."),
    "withdrawal.broadcast": gettext_noop("A withdrawal was sent."),
    "withdrawal.confirmed": gettext_noop("A withdrawal arrived: it is confirmed."),
    "withdrawal.refunded": gettext_noop("A withdrawal did not arrive. The whole amount is back on your main balance."),
}

APPEAL_TEXTS: dict[str, str] = {
    Appeal.State.WON: gettext_noop("Your appeal was won."),
    Appeal.State.LOST: gettext_noop("Your appeal was lost."),
}
DISPUTE_TEXTS: dict[str, str] = {
    Dispute.State.UPHELD: gettext_noop("Your dispute in %(project)s was upheld."),
    Dispute.State.DISMISSED: gettext_noop("Your dispute in %(project)s was dismissed."),
}
KIND_TEXTS: dict[str, str] = {
    Restriction.Kind.WARNING: gettext_noop("Warning"),
    Restriction.Kind.RETRAINING: gettext_noop("Retraining"),
    Restriction.Kind.THROTTLE: gettext_noop("Throttle"),
    Restriction.Kind.PAUSE: gettext_noop("Pause"),
    Restriction.Kind.SUSPENSION: gettext_noop("Suspension"),
    Restriction.Kind.BAN: gettext_noop("Ban"),
}
KINDS_IN_A_SENTENCE: dict[str, str] = {
    Restriction.Kind.WARNING: gettext_noop("warning"),
    Restriction.Kind.RETRAINING: gettext_noop("retraining"),
    Restriction.Kind.THROTTLE: gettext_noop("throttle"),
    Restriction.Kind.PAUSE: gettext_noop("pause"),
    Restriction.Kind.SUSPENSION: gettext_noop("suspension"),
    Restriction.Kind.BAN: gettext_noop("ban"),
}


def tell_invited(events: Sequence[OutboxEvent]) -> None:
    """A letter to the address and, for an account that uses it, a notice."""
    for event in events:
        invitation = _open_invitation(event.payload["invitation"])
        if invitation is None:
            continue
        name = invitation.organisation.name
        invited = person_by_email(invitation.email)
        language = nullcontext() if invited is None else speaking_to(invited.pk)
        with language:
            is_new = invited is None or notify(
                invited.pk,
                kind="invited",
                text=gettext("%(name)s invites you to join.") % {"name": name},
                event_key=f"invited:{invitation.pk}",
                link="/organisations/",
            )
            if is_new:
                _post(INVITED, invitation.email, invitation.pk, invited)


def tell_verdict(events: Sequence[OutboxEvent]) -> None:
    """A rejection, or a verdict an appeal turned round; an ordinary approval shows in the balance."""
    for event in events:
        submission = Submission.objects.select_related("project").get(pk=event.payload["submission"])
        verdict = submission.verdicts.order_by("-created_at").first()
        if verdict is None or (verdict.is_approved and verdict.by not in (Verdict.By.APPEAL, Verdict.By.REPAIR)):
            continue
        with speaking_to(submission.worker_id):
            key = encode("s", submission.pk)
            if verdict.by == Verdict.By.REPAIR:
                paid = format_usd(verdict.paid_micros)
                text = gettext(
                    "We were wrong in %(project)s: the expected answer that rejected yours was found wrong. "
                    "%(paid)s were paid, and it no longer counts against your accuracy."
                ) % {"project": submission.project.name, "paid": paid}
            elif verdict.is_approved:
                paid = format_usd(verdict.paid_micros)
                values = {"project": submission.project.name, "paid": paid}
                text = gettext("Your answer in %(project)s counts after all; %(paid)s were paid.") % values
            else:
                known = REASON_TEXTS.get(verdict.reason_code)
                reason = (gettext(known) if known else gettext("see the receipt")).lower()
                text = gettext("An answer in %(project)s was rejected: %(reason)s. The receipt shows where.") % {
                    "project": submission.project.name,
                    "reason": reason,
                }
            notify(
                submission.worker_id,
                kind="verdict",
                text=text,
                event_key=f"verdict:{verdict.pk}",
                link=f"/work/submissions/{key}",
            )


def tell_late_repair(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        submission = Submission.objects.select_related("project").get(pk=event.payload["submission"])
        with speaking_to(submission.worker_id):
            text = gettext(
                "We were wrong in %(project)s: the expected answer that rejected yours was found wrong. It "
                "no longer counts against your accuracy. Its pay was kept until its time to appeal had ended and went "
                "back to the client then, so it cannot be paid any more."
            ) % {"project": submission.project.name}
            notify(
                submission.worker_id,
                kind="verdict",
                text=text,
                event_key=f"repair:{submission.pk}",
                link=f"/work/submissions/{encode('s', submission.pk)}",
            )


def tell_flag(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        flag = Flag.objects.select_related("project").get(pk=event.payload["flag"])
        paid = flag.state == Flag.State.JUSTIFIED
        with speaking_to(flag.worker_id):
            said = (
                gettext("Your flag in %(project)s was justified; %(paid)s were paid.")
                if paid
                else gettext("Your flag in %(project)s was not justified: the Reports page says why.")
            )
            text = said % {"project": flag.project.name, "paid": format_usd(flag.amount_micros)}
            notify(flag.worker_id, kind="flag", text=text, event_key=f"flag:{flag.pk}:{flag.state}", link="/reports")


def tell_appeal(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        appeal = Appeal.objects.get(pk=event.payload["appeal"])
        with speaking_to(appeal.person_id):
            if appeal.state != Appeal.State.WITHDRAWN:
                text = gettext(APPEAL_TEXTS[appeal.state]) + (f" {appeal.note}" if appeal.note else "")
                notify(appeal.person_id, kind="appeal", text=text, event_key=f"appeal:{appeal.pk}", link="/reports")


def tell_report(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        report = Report.objects.get(pk=event.payload["report"])
        with speaking_to(report.person_id):
            notify(
                report.person_id,
                kind="report",
                text=gettext("Your report was answered: %(answer)s") % {"answer": report.answer},
                event_key=f"report:{report.pk}",
                link="/reports",
            )


def tell_dispute(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        row = Dispute.objects.select_related("submission__project").get(pk=event.payload["dispute"])
        project = row.submission.project
        with speaking_to(row.person_id):
            notify(
                row.person_id,
                kind="report",
                text=gettext(DISPUTE_TEXTS[row.state]) % {"project": project.name} + f" {row.note}",
                event_key=f"dispute:{row.pk}",
                link=f"/projects/{encode('pr', project.pk)}/answers/{encode('s', row.submission_id)}/",
            )


def tell_restriction(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        restriction = Restriction.objects.get(pk=event.payload["restriction"])
        with speaking_to(restriction.worker_id):
            is_lifted = restriction.state == Restriction.State.LIFTED
            kinds = KINDS_IN_A_SENTENCE if is_lifted else KIND_TEXTS
            values = {
                "kind": gettext(kinds[restriction.kind]),
                "text": restriction.text,
                "why": restriction.closed_because,
            }
            text = (
                gettext("A %(kind)s was lifted. %(why)s") % values
                if is_lifted
                else gettext("%(kind)s: %(text)s You can appeal on the Reports page.") % values
            )
            notify(
                restriction.worker_id,
                kind="restriction",
                text=text,
                event_key=f"restriction:{restriction.pk}:{restriction.state}",
                link="/reports",
            )


def tell_work(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        project = Project.objects.get(pk=event.payload["project"])
        with speaking_to(UUID(event.payload["worker"])):
            notify(
                UUID(event.payload["worker"]),
                kind="work",
                text=gettext("%(project)s has work for you again.") % {"project": project.name},
                event_key=f"work:{event.payload['alert']}",
                link=f"/work/{encode('pr', project.pk)}/",
            )


def tell_destination(events: Sequence[OutboxEvent]) -> None:
    """A notice and a letter: whoever took over an account must not be able to add an address unseen."""
    for event in events:
        person = Person.objects.get(pk=event.payload["person_id"])
        destination = destination_for_notice(UUID(event.payload["destination_id"]))
        with speaking_to(person.pk):
            is_new = notify(
                person.pk,
                kind="destination",
                text=gettext("A %(method)s address was added to your account: %(address)s")
                % {"method": destination.title, "address": destination.address},
                event_key=f"{event.topic}:{destination.id}",
                link="/withdrawals/",
            )
            if is_new:
                _post(DESTINATION_ADDED, person.email, destination.id, person)


def send_mail_code(event: OutboxEvent) -> None:
    """The letter with the number. A code that was used or replaced meanwhile is not sent any more."""
    found = live_code(UUID(event.payload["code_id"]))
    if found is not None:
        person, number = found
        with speaking_to(person.pk):
            send_letter(person.email, "mail_code", {"number": number})


def tell_withdrawal(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        key = UUID(event.payload["withdrawal_id"])
        with speaking_to(UUID(event.payload["worker_id"])):
            notify(
                UUID(event.payload["worker_id"]),
                kind="withdrawal",
                text=gettext(WITHDRAWAL_TEXTS[event.topic]),
                # Held, released and held once more is told once more; a reorganisation is not.
                event_key=f"{event.topic}:{key}{_occurrence(event)}",
                link=f"/withdrawals/{encode('w', key)}/",
            )


def _occurrence(event: OutboxEvent) -> str:
    return f":{event.payload['version']}" if event.topic == "withdrawal.held" and "version" in event.payload else ""


def tell_deposit(events: Sequence[OutboxEvent]) -> None:
    """Every member of the organisation: their coins are money now."""
    for event in events:
        deposit = recorded_deposit(UUID(event.payload["deposit_id"]))
        for person_id in member_ids(UUID(event.payload["organisation_id"])):
            with speaking_to(person_id):
                notify(
                    person_id,
                    kind="deposit",
                    text=gettext("%(amount)s arrived for %(name)s and can be spent: %(reference)s.")
                    % {
                        "amount": format_usd(deposit.amount_micros),
                        "name": deposit.organisation,
                        "reference": deposit.reference,
                    },
                    event_key=f"deposit:{deposit.id}",
                    link="/deposits/",
                )


def tell_frozen(events: Sequence[OutboxEvent]) -> None:
    """Every operator, by notice and letter: until one of them looks, nobody is paid by this method. A freeze that was
    lifted meanwhile is not told any more."""
    in_force = {str(one.id): one for one in freezes_in_force()}
    for event in events:
        found = in_force.get(event.payload["freeze_id"])
        if found is None:
            continue
        for operator in active_operators():
            with speaking_to(operator.pk):
                title = title_of(found.method)
                is_new = notify(
                    operator.pk,
                    kind="payouts",
                    text=gettext("Payouts by %(method)s are frozen. Look at why, then lift it with a note.")
                    % {"method": title},
                    event_key=f"frozen:{found.id}",
                    link="/operator/payouts/",
                )
                if is_new:
                    _post(PAYOUTS_FROZEN, operator.email, found.id, operator)


def tell_alarm(events: Sequence[OutboxEvent]) -> None:
    """Every operator, by notice and letter, once while it lasts; what is over by now is not told any more."""
    for event in events:
        found = raised_alarm(event.payload["alarm"])
        if found is None:
            continue
        for operator in active_operators():
            with speaking_to(operator.pk):
                alarm_id, text = event.payload["alarm"], said(found).text
                key = f"alarm:{alarm_id}"
                if notify(operator.pk, kind="payouts", text=text, event_key=key, link="/operator/payouts/"):
                    _post(PAYOUTS_ALARM, operator.email, alarm_id, operator)


def _post(name: str, to: str, about: object, reader: Person | None) -> None:
    """A letter, in the transaction of its notice; written and sent afterwards, each by itself: an address that is
    refused keeps back nobody else's, and nobody is sent a second one. The event says what it is about, never what it
    says: a letter may hold a secret."""
    payload = {"letter": name, "to": to, "about": str(about), "reader": str(reader.pk) if reader is not None else ""}
    outbox.publish(LETTER, f"letter:{new_id()}", payload)


def send_posted(event: OutboxEvent) -> None:
    """Nothing where it need not be told any more."""
    name, reader = event.payload["letter"], event.payload["reader"]
    with speaking_to(UUID(reader)) if reader else nullcontext():
        context = LETTERS[name](event.payload["about"])
        if context is not None:
            send_letter(event.payload["to"], name, context)


def _open_invitation(key: str) -> Invitation | None:
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    return open_ones.select_related("organisation", "invited_by").filter(pk=key).first()


def _invited(about: str) -> Context | None:
    found = _open_invitation(about)
    if found is None:
        return None
    inviter = found.invited_by.display_name or found.invited_by.email
    return {"organisation": found.organisation.name, "inviter": inviter}


def _destination_added(about: str) -> Context:
    destination = destination_for_notice(UUID(about))
    return {"destination": destination, "token": disown_token(destination.id)}


def _payouts_frozen(about: str) -> Context | None:
    found = next((one for one in freezes_in_force() if str(one.id) == about), None)
    if found is None:
        return None
    seen = seen_of_freeze(found.method, found.code, found.detail)
    return {
        "title": title_of(found.method),
        "is_deposits": bool(watched_method(found.method)),
        "why": found.text,
        "seen": seen,
        "stops": stands_still(found.method),
    }


def _payouts_alarm(about: str) -> Context | None:
    found = raised_alarm(int(about))
    return None if found is None else said(found)._asdict()


LETTERS: Mapping[str, Callable[[str], Context | None]] = {
    INVITED: _invited,
    DESTINATION_ADDED: _destination_added,
    PAYOUTS_FROZEN: _payouts_frozen,
    PAYOUTS_ALARM: _payouts_alarm,
}


def tell_proposal(events: Sequence[OutboxEvent]) -> None:
    """The other operators: one of them puts it in force, or lets it drop. What was decided meanwhile is not told."""
    waiting = {str(one.pk): one for one in settings.proposals()}
    for event in events:
        found = waiting.get(event.payload["proposal_id"])
        if found is None:
            continue
        for operator in active_operators().exclude(pk=UUID(found.proposed_by)):
            with speaking_to(operator.pk):
                notify(
                    operator.pk,
                    kind="setting",
                    text=gettext("A new value of %(name)s waits for a second operator.") % {"name": found.name},
                    event_key=f"proposal:{found.pk}",
                    link=f"/operator/settings/{found.name}/",
                )


def tell_proposed_operator(events: Sequence[OutboxEvent]) -> None:
    """The other operators: one of them agrees, or lets it drop. What was decided meanwhile is not told."""
    waiting = {str(one.pk): one for one in proposed_operators()}
    for event in events:
        found = waiting.get(event.payload["proposal_id"])
        if found is None:
            continue
        for operator in active_operators().exclude(pk=found.proposed_by_id):
            with speaking_to(operator.pk):
                notify(
                    operator.pk,
                    kind="role",
                    text=gettext("%(person)s is proposed as an operator: a second operator agrees, or not.")
                    % {"person": found.person.email},
                    event_key=f"proposal:{found.pk}",
                    link=f"/operator/people/{encode('p', found.person_id)}/",
                )


def listen() -> None:
    """Called once, when the application starts."""
    outbox.subscribe("people.invited", tell_invited)
    outbox.subscribe(judge.TOPIC, tell_verdict)
    outbox.subscribe(examine.REPAIR_LATE, tell_late_repair)
    outbox.subscribe(decide_flag.TOPIC, tell_flag)
    outbox.subscribe(appeal_operation.TOPIC, tell_appeal)
    outbox.subscribe("quality.report_answered", tell_report)
    outbox.subscribe(dispute.TOPIC, tell_dispute)
    outbox.subscribe(restrict.TOPIC, tell_restriction)
    outbox.subscribe("standing.lifted", tell_restriction)
    outbox.subscribe(alert.TOPIC, tell_work)
    outbox.subscribe("destination.added", tell_destination)
    outbox.subscribe_outside("people.mail_code", send_mail_code)
    outbox.subscribe_outside(LETTER, send_posted)
    outbox.subscribe("payouts.frozen", tell_frozen)
    outbox.subscribe("deposit.credited", tell_deposit)
    outbox.subscribe(watch_alarms.TOPIC, tell_alarm)
    outbox.subscribe(change_setting.PROPOSED, tell_proposal)
    outbox.subscribe(grant_role.PROPOSED, tell_proposed_operator)
    for topic in WITHDRAWAL_TEXTS:
        outbox.subscribe(topic, tell_withdrawal)
