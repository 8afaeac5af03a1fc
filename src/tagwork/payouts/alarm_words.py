"""What each alarm says, at the operators' pages and in the letter."""

from django.utils.translation import gettext_lazy as _

ALARMS = {
    "frozen": _("Payouts are frozen. Look at why, then lift it with a note."),
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
