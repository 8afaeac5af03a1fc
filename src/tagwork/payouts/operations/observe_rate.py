from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.outbound import Outbound, OutboundLimits, OutboundRefused
from tagwork.payouts import policy
from tagwork.payouts.models import RateObservation
from tagwork.payouts.rate_rules import UNREACHABLE, UNREADABLE, Answered, Decision, decide
from tagwork.payouts.tickers import sources
from tagwork.payouts.tickers.interface import BadTicker, Ticker

# A ticker is about a kilobyte; who sends more, or takes longer, is not used.
LIMITS = OutboundLimits(body_bytes=64 * 1024, total_seconds=8.0, silence_seconds=5.0, redirects=0)
KEPT = timedelta(days=30)

# An address to the body of its answer; raises OutboundRefused. The outside, as tests see it.
Fetch = Callable[[str], bytes]


def fetch_public(address: str) -> bytes:
    """Raises OutboundRefused, also for any status but 200."""
    answer = Outbound().fetch("GET", address, headers={"Accept": "application/json"}, limits=LIMITS)
    if answer.status != 200:
        raise OutboundRefused(
            "bad_answer", gettext("The exchange answers with %(status)s.") % {"status": answer.status}
        )
    return answer.body


def observe_rate(coin: str, last_accepted_micros: int | None, fetch: Fetch = fetch_public) -> RateObservation:
    """Asks every exchange in force, decides, and keeps all of it. No transaction may be open: others wait for none of
    this. An exchange that fails in any way is only left out."""
    answers: list[Answered] = []
    failures: dict[str, str] = {}
    kept: dict[str, dict[str, Any]] = {}
    for name in policy.rate_sources():
        try:
            ticker = sources()[name].ticker(fetch(sources()[name].address(coin)), coin)
        except (OutboundRefused, BadTicker) as error:
            failures[name] = UNREACHABLE if isinstance(error, OutboundRefused) else UNREADABLE
            kept[name] = {"failed": failures[name]}
            continue
        fresh_at = ticker.stamped_at or _mark_first_seen(coin, name, ticker, clock.now())
        answers.append(Answered(name, ticker.bid_micros, ticker.ask_micros, fresh_at))
        kept[name] = {
            "bid_micros": ticker.bid_micros,
            "ask_micros": ticker.ask_micros,
            "fresh_at": fresh_at.isoformat(),
            "mark": ticker.mark,
        }
    decision = decide(answers, failures, clock.now(), policy.rate_limits(), last_accepted_micros)
    return _keep(coin, decision, kept)


def _mark_first_seen(coin: str, source: str, ticker: Ticker, now: datetime) -> datetime:
    """An exchange without a time: since when it says exactly this. A feed that froze says it for long."""
    since = now
    earlier = RateObservation.objects.filter(coin=coin).order_by("-at").values_list("answers", "at")
    for answers, at in earlier[:50]:
        if answers.get(source, {}).get("mark") != ticker.mark:
            break
        since = at
    return since


def _keep(coin: str, decision: Decision, kept: dict[str, dict[str, Any]]) -> RateObservation:
    for name, why in decision.dropped.items():
        kept[name]["dropped"] = why
    for name in decision.used:
        kept[name]["used"] = True
    now = clock.now()
    RateObservation.objects.filter(coin=coin, at__lt=now - KEPT).delete()
    return RateObservation.objects.create(
        coin=coin, at=now, rate_micros=decision.rate_micros, refused=decision.refused, answers=kept
    )
