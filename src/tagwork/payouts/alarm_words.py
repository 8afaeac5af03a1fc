"""What each alarm says, at the operators' pages and in the letter."""

from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import format_coins
from tagwork.payouts import deposit_rules, reconcile_rules
from tagwork.payouts.advice import DEPOSITS, NO_RATE, advice_on, advice_on_service, waits_text
from tagwork.payouts.console import Alarm
from tagwork.payouts.rules import FREEZE_TEXTS, RECONCILIATION

ALARMS = {
    "frozen": _("Frozen. Look at why, then lift it with a note."),
    "attention": _("A batch needs a person."),
    "overdue": _("A batch is overdue."),
    "in_doubt": _("A payment service never said whether it took a batch. Its page says what to check."),
    "difference": _("The books and the outside say different things."),
    "unreconciled": _("The books were not compared with the outside for more than a day."),
    "held": _("Withdrawals are held until a person has looked at them."),
    "second_operator": _("Large withdrawals are approved and wait: a second operator must pay them or start a run."),
    "to_refund": _("Payouts have failed or come back: each is put back on the balance from its own page."),
    "node_silent": _("The node did not answer when it was last asked."),
    "payouts_unwatched": _(
        "Nobody has asked the node for a quarter of an hour. Does the background process run? What is on its way waits "
        "for it, and is not lost."
    ),
    "float_short": _("The wallet pays less than two more days of usual withdrawals. Send coins to it."),
    "wallet_locked": _(
        "The wallet is locked, and payouts pause. Name its passphrase to the background process "
        "(TAGWORK_NODE_…_PASSPHRASE_FILE), or unlock it at the node; they go on by themselves."
    ),
    "wrong_passphrase": _(
        "The wallet is locked, and payouts pause: the passphrase we were given does not open it. Correct it and start "
        "the background process again."
    ),
    "deposit_attention": _("A client's coins need a person."),
    "deposits_unwatched": _("Nobody has watched the wallet that takes clients' coins for a quarter of an hour."),
    "no_rate": _("There is no rate: payouts wait."),
    "run_waits": _("A payout run has waited for more than an hour."),
    "run_missed": _("Today's payout run has not begun. Does the background process run?"),
}


class Said(NamedTuple):
    """`text` says what is the matter, `seen` what was found; it may be empty."""

    text: str
    seen: str


def said(alarm: Alarm) -> Said:
    """In the language of the moment."""
    words = str(ALARMS[alarm.code])
    return Said(f"{alarm.title}: {words}" if alarm.title else words, _seen(alarm))


def _seen(alarm: Alarm) -> str:
    if alarm.code == "difference":
        return _difference(alarm.method, alarm.detail, alarm.about)
    if alarm.code == "frozen":
        return gettext(FREEZE_TEXTS[alarm.detail])
    if alarm.code == "no_rate":
        return str(NO_RATE.get(alarm.detail, ""))
    if alarm.code == "run_waits":
        return str(waits_text(alarm.detail))
    if alarm.code == "deposit_attention":
        return f"{DEPOSITS[alarm.detail].what} ({alarm.count})"
    if alarm.page == "withdrawals":
        return gettext("How many: %(count)d") % {"count": alarm.count}
    if alarm.page == "service":
        advice = advice_on_service(alarm.detail, is_in_doubt=alarm.code == "in_doubt")
        return str(advice.what) if advice else ""
    if alarm.page == "batch":
        advice = advice_on(alarm.detail, is_overdue=True)
        return str(advice.what) if advice else ""
    return alarm.detail


def seen_of_freeze(method: str, code: str, detail: str) -> str:
    """What was seen when the method was frozen: differences in words; else what node, service or code answered."""
    if code != RECONCILIATION:
        return detail
    named = [one.partition(" ") for one in detail.split("; ")]
    known = [_difference(method, one, about) for one, _, about in named if one in reconcile_rules.DIFFERENCE_TEXTS]
    return "\n".join(known) or detail


def stands_still(method: str) -> str:
    """What a freeze stops, and that nothing is lost by it."""
    if deposit_rules.watched_method(method):
        return gettext(
            "No coins of clients are credited here until an operator lifts this. What arrives meanwhile is seen then."
        )
    return gettext(
        "Nothing of this method is formed, signed, sent or failed until an operator lifts this. No payment is lost "
        "meanwhile."
    )


def _difference(method: str, code: str, about: str) -> str:
    """What it says, and of a wallet how much: the page of the comparison has its other figures and journals."""
    text = gettext(reconcile_rules.DIFFERENCE_TEXTS[code])
    if code not in reconcile_rules.OF_WALLET:
        return f"{text} {gettext('About')}: {about}"
    coin = deposit_rules.watched_method(method) or method
    word = gettext("Missing") if code == reconcile_rules.WALLET_SHORT else gettext("Too much")
    return f"{word}: {format_coins(abs(reconcile_rules.figure(about) or 0), coin)}. {text}"
