"""What the codes of the payouts mean, in words an operator can act on, on pages and in letters. The tests hold every
table to be complete."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from tagwork.payouts import rate_rules, rules


class Advice(NamedTuple):
    """`what` is the matter, what exactly to `check`, and what comes `then`."""

    what: Any
    check: Any
    then: Any


# What the history of a withdrawal writes beside a step; a key without a word here is shown as it is.
HISTORY = {
    "batch": _("Batch"),
    "provider_batch": _("The service's id"),
    "units": _("Coins"),
    "micros_per_coin": _("Quote"),
    "txid": _("Transaction"),
    "confirmations": _("Blocks"),
    "status": _("The service says"),
    "item": _("The service's id of the payout"),
    "is_earlier": _("The service knew the batch from before"),
    "reason": _("Why"),
    "note": _("Why"),
    "proof": _("Proof"),
}

_DISSOLVED = _("Nothing was signed or sent: its withdrawals wait for the next batch by themselves.")
_FROZEN = _(
    "Nothing was sent, and the method is frozen. Let somebody who knows the node look at it; lift the freeze with a "
    "note when the cause is found."
)
_WATCHED = _("It is asked about again every few seconds, and the same bytes are sent again. Never pay it by hand.")

ATTENTION: dict[str, Advice] = {
    "quote_too_old": Advice(
        _("The rate was too old when it was to be signed."),
        _("If this repeats, see whether the background process runs and whether the node answers quickly."),
        _DISSOLVED,
    ),
    "cannot_fund": Advice(
        _("The wallet could not put this payment together."),
        _("Look at the wallet's confirmed coins and at whether it can make change addresses (its key pool)."),
        _DISSOLVED,
    ),
    "wallet_locked": Advice(
        _("The wallet is locked: its passphrase is missing."),
        _("Name the passphrase to the background process (TAGWORK_NODE_…_PASSPHRASE_FILE), or unlock it at the node."),
        _DISSOLVED,
    ),
    "wrong_passphrase": Advice(
        _("The wallet is locked, and the passphrase that we were given does not open it."),
        _("Compare the file or variable TAGWORK_NODE_…_PASSPHRASE with the wallet's, and start the background again."),
        _DISSOLVED,
    ),
    "malformed": Advice(
        _("The node gave signed bytes that are no transaction."),
        _("Compare the node's version with the one we support, and look at its log."),
        _FROZEN,
    ),
    "outputs_differ": Advice(
        _("The signed transaction pays something other than the lines of this batch."),
        _("Treat the node as broken or broken into. Compare its program with the published checksums."),
        _FROZEN,
    ),
    "extra_output": Advice(
        _("The signed transaction pays somebody who is in no line of this batch."),
        _("Treat the node as broken or broken into. Compare its program with the published checksums."),
        _FROZEN,
    ),
    "unknown_input": Advice(
        _("The wallet wanted to spend coins that are not confirmed yet."),
        _("Look at the wallet's confirmed coins; usually the next block is enough."),
        _DISSOLVED,
    ),
    "input_taken": Advice(
        _("The wallet wanted to spend a coin that another payment under way spends."),
        _("See whether somebody unlocked coins by hand, or restored an old wallet."),
        _FROZEN,
    ),
    "fee_beyond_cap": Advice(
        _("The network fee would have been above the cap."),
        _("Compare the fee with the network's usual one, and with the two fee caps under Rules."),
        _FROZEN,
    ),
    "txid_differs": Advice(
        _("The node computes another transaction id than we do."),
        _("Compare the node's version with the one we support."),
        _FROZEN,
    ),
    "change_not_ours": Advice(
        _("The change would not have come back to the wallet."),
        _("Treat the node as broken or broken into. Compare its program with the published checksums."),
        _FROZEN,
    ),
    "node_would_refuse": Advice(
        _("The node would not take the transaction it had just signed."),
        _("Try testmempoolaccept at the node: it names the reason. Often the fee is below the network's least."),
        _FROZEN,
    ),
    "not_taken_-25": Advice(
        _("The node does not take the bytes: an input is missing or spent."),
        _("Look each input up at an explorer: did another transaction spend it, and how deep is that one?"),
        _WATCHED,
    ),
    "not_taken_-26": Advice(
        _("The node refuses the bytes by its rules of relay."),
        _("Try testmempoolaccept at the node; a fee below the network's least passes when it falls."),
        _WATCHED,
    ),
    "wallet_does_not_know_it": Advice(
        _("The wallet does not know this payment, though its bytes were handed over."),
        _("See whether the wallet was replaced or restored. Look the transaction id up at an explorer."),
        _WATCHED,
    ),
    "conflict_seen": Advice(
        _("Another transaction spends a coin of this payment. If it is confirmed deeply, this one never will be."),
        _("Find out who made it: the wallet's keys are also in somebody else's hands, or another program uses them."),
        _("It is failed by itself only when the other one is deep enough. Until then nothing is lost: wait."),
    ),
    "conflict_proved": Advice(
        _("It failed, on proof: another transaction spent its coins and is deep in the chain."),
        _("Find out who made that transaction before anything else is paid from this wallet."),
        _("Open each withdrawal and put it back on the balance; workers may ask for it again."),
    ),
    "paid_otherwise": Advice(
        _("Another transaction has the coins of this payment and pays the same people. Nothing was failed."),
        _("Read that transaction, which the freeze names, at an explorer: whom does it pay, and how much?"),
        _(
            "Open each withdrawal and say that it has arrived, or, with the transaction as proof, that it failed. "
            "Then lift the freeze: the batch ends by itself."
        ),
    ),
    "reorganised": Advice(
        _("The chain turned: a confirmed payment is not confirmed any more."),
        _("Compare the node's best block with an explorer's. A turn of one or two blocks is ordinary."),
        _WATCHED,
    ),
}


# What else than a batch keeps a run waiting.
WAITS = {
    rules.NO_RATE: _("There is no exchange rate that can be relied on."),
    rules.TOO_FEW_COINS: _("The wallet has too few confirmed coins for what waits."),
}


def waits_text(waits_for: str) -> Any:
    """What a run waits for. A code that nobody wrote words for is shown as it is."""
    return ATTENTION[waits_for].what if waits_for in ATTENTION else WAITS.get(waits_for, waits_for)


# An arrival of a client's coins that needs a person: deposit_rules.ATTENTION_CODES.
DEPOSITS: dict[str, Advice] = {
    "deposit_reorganised": Advice(
        _("It was credited, and its transaction is in no block any more: the chain turned."),
        _("Compare the node's best block with an explorer's, and look the transaction id up there."),
        _("Mostly it is in a block again within the hour, and this note goes by itself. Until then pay nothing large."),
    ),
    "deposit_replaced": Advice(
        _("It was credited, and another transaction that spends the same coins is now in the chain: they never came."),
        _("Look the transaction id up at an explorer, on two different ones, and ask the client."),
        _(
            "Take the deposit back with Reverse: that works while the money is not in a project. What came instead, if "
            "it pays the same address, is credited then."
        ),
    ),
    "deposit_replaces": Advice(
        _("It spends the same coins as a deposit that was credited before; crediting both would count them twice."),
        _("See at an explorer which of the two transactions is in the chain."),
        _("Take the earlier deposit back with Reverse; this one is then credited at the rate of that moment."),
    ),
    "deposit_unknown": Advice(
        _("The wallet does not know this transaction any more."),
        _("See whether the wallet was replaced, or restored from a backup and still reads the chain."),
        _("Load the right wallet, or rescan it. Nothing is credited or taken back until it knows it again."),
    ),
    "deposit_no_rate": Advice(
        _("It is deep enough, and there is no exchange rate that can be relied on."),
        _("See under Payouts what the exchanges answer; set an own rate where the words there allow it."),
        _("It is credited by itself at the first rate that holds."),
    ),
}
OVERDUE = Advice(
    _("It should have been further by now."),
    _("See that the background process runs, that the node has peers, and what fee others pay at an explorer."),
    _WATCHED,
)


def advice_on(attention: str, is_overdue: bool) -> Advice | None:
    """None when all is well. A code that nobody wrote words for is shown as it is: never hidden."""
    if attention:
        return ATTENTION.get(attention) or Advice(attention, OVERDUE.check, _WATCHED)
    return OVERDUE if is_overdue else None


_SAME_ID = _("The same batch is sent again under its own id, never under another, so nobody is paid twice.")
_BY_A_PERSON = _(
    "Found it there: adopt it with the service's id. Proved that it is not there: give it up, and put each withdrawal "
    "back on the balance from its own page."
)
SERVICE_ATTENTION: dict[str, Advice] = {
    "insufficient_funds": Advice(
        _("The account at the service holds too little for this batch; none of it was paid."),
        _("Fill the balance at the service: the amounts of the batch and the service's fee on top."),
        _("The same batch is sent again every ten minutes."),
    ),
    "refused": Advice(
        _("The service refused the batch as a whole, and the method is frozen."),
        _("The service's developer page keeps a log of the call, with the cause. Put that right."),
        _("Lift the freeze; the same batch is sent again."),
    ),
    "too_old_to_send": Advice(
        _("No answer for 25 days. It is not sent any more: the service forgets ids after 30 days and would pay again."),
        _("Look for our id of the batch in the service's activity of the days after it was signed."),
        _BY_A_PERSON,
    ),
    "other_account": Advice(
        _("It was made for other credentials than the ones that are named now."),
        _("Put the earlier credentials back. If they are gone, look for our id in the earlier account's activity."),
        _BY_A_PERSON,
    ),
    "not_found": Advice(
        _("The service does not know a batch that it had accepted."),
        _("Wait an hour. If it lasts, ask the service's support with its id of the batch."),
        _("It is asked about again by itself. Pay nobody by hand meanwhile."),
    ),
    "earlier_not_found": Advice(
        _("The service says that it knows our id from before, and does not know the batch it names."),
        _("Wait an hour. If it lasts, ask the service's support with our id of the batch."),
        _SAME_ID,
    ),
    "not_proved": Advice(
        _("The service's list and the payout itself do not say the same of one that failed."),
        _("Compare the payout on the service's activity page."),
        _("It is asked again by itself; nothing is failed before both agree."),
    ),
    "items_missing": Advice(
        _("The service took the batch, and a day later still does not list some of its payees."),
        _("Ask the service's support for our ids of those withdrawals: the ones below of which it says nothing."),
        _(
            "Proved that it never had one: open that withdrawal, say that it failed, with the proof, and put it back "
            "on the balance. The others go on by themselves."
        ),
    ),
    "unknown_to_service": Advice(
        _("The sending was not answered, and after a day the service knows none of its payees."),
        _("Ask the service's support for our ids of the withdrawals (each on its own page). It is never sent again."),
        _BY_A_PERSON,
    ),
    "given_up": Advice(
        _("A person proved that the service never had it."),
        _("Nothing."),
        _("Open each withdrawal and put it back on the balance."),
    ),
}
# What a service says of one payee, where somebody may wonder what comes next.
SAYS_OF_A_PAYEE = {
    "UNCLAIMED": _(
        "The payee has not taken it yet, and was written to by the service. After 30 days it comes back by itself."
    ),
    "ONHOLD": _("The service looks at it first. It goes on by itself."),
    "RETURNED": _("It came back to the house. Open it and put it back on the balance."),
    "REFUNDED": _("It came back to the house. Open it and put it back on the balance."),
    "REVERSED": _("The service took it back from the payee. Open it and put it back on the balance."),
    "BLOCKED": _("The service refused it for good. Open it and put it back on the balance."),
    "FAILED": _("The service could not pay it. Open it and put it back on the balance."),
}
IN_DOUBT = Advice(
    _("A sending was not answered: whether the service took the batch is not known."),
    _("Look for our id of the batch in the service's activity. An empty page today proves nothing: it may come late."),
    _SAME_ID,
)


def advice_on_service(attention: str, is_in_doubt: bool) -> Advice | None:
    """None when all is well. A code that nobody wrote words for is shown as it is: never hidden."""
    if attention:
        return SERVICE_ATTENTION.get(attention) or Advice(attention, IN_DOUBT.check, _SAME_ID)
    return IN_DOUBT if is_in_doubt else None


# Why one exchange's answer was left out.
LEFT_OUT = {
    rate_rules.UNREACHABLE: _("did not answer"),
    rate_rules.UNREADABLE: _("answered something unreadable"),
    rate_rules.STALE: _("its price is too old"),
    rate_rules.FUTURE: _("its clock is ahead"),
    rate_rules.WIDE: _("asks far more than it bids"),
    rate_rules.DEVIATES: _("too far from the others"),
}
# Why there is no rate, and what to do.
NO_RATE = {
    rate_rules.NO_QUORUM: _("Too few exchanges answer with a fresh price. Payouts wait; you may set an own rate."),
    rate_rules.DISAGREE: _("The exchanges disagree, and an own rate does not overrule them. Payouts wait."),
    rate_rules.JUMPED: _("The price moved far since the last batch. Set an own rate near to it to vouch for it."),
}
