"""Tags of every page: `{% load tagwork %}`. How each is used is shown in web/README.md."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Context
from django.utils import dateformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from tagwork.core.money import format_coins, format_usd
from tagwork.kit import clock
from tagwork.web import charts
from tagwork.web.icons import icon as draw_icon
from tagwork.web.status import look_of

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return draw_icon(name, label)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """(code, name) of each, in its own words: who cannot read this page finds theirs."""
    return list(settings.LANGUAGES)


# --- Numbers ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def money(amount_micros: int | None, signed: bool = False) -> SafeString:
    """`$0.002`; `signed` puts a plus before what came in. Absent amounts are a dash."""
    if amount_micros is None:
        return mark_safe('<span class="muted">–</span>')
    text = format_usd(abs(amount_micros))
    sign = "−" if amount_micros < 0 else "+" if signed and amount_micros > 0 else ""
    way = " money--out" if amount_micros < 0 else ""
    # A sign stands before its number also in a script that is read from the right.
    return format_html('<span class="money{}" dir="ltr">{}{}</span>', way, sign, text)


@register.simple_tag
def coins(units: int, method: str) -> SafeString:
    """`0.00541002 LTC`: whole coins with all eight digits, as a wallet shows them."""
    return format_html('<span class="money" dir="ltr">{}</span>', format_coins(units, method))


@register.simple_tag
def pay(base_micros: int, hourly_micros: int | None = None, is_estimate: bool = False) -> SafeString:
    """What a task pays and what that becomes: `$0.002` · `$2.00 per 1,000` · `about $4.10/h`."""
    parts = [
        format_html('<span class="money strong">{}</span>', format_usd(base_micros)),
        format_html(
            '<span class="money">{}</span>', gettext("%(pay)s per 1,000") % {"pay": format_usd(base_micros * 1000)}
        ),
    ]
    if hourly_micros is not None:
        text = gettext("about %(pay)s/h (estimate)") if is_estimate else gettext("about %(pay)s/h")
        # To the cent: the measure behind it is not finer.
        rounded_micros = (hourly_micros + 5000) // 10_000 * 10_000
        parts.append(format_html('<span class="money">{}</span>', text % {"pay": format_usd(rounded_micros)}))
    return format_html('<span class="row pay">{}</span>', format_html_join(" ", "{}", ((part,) for part in parts)))


@register.filter
def percent(ratio: float | None, digits: int = 0) -> str:
    """0.914 as `91 %`; `{{ ratio|percent:1 }}` as `91.4 %`. A dash when nothing was measured."""
    return "–" if ratio is None else f"{ratio * 100:.{int(digits)}f} %"


@register.filter
def count(number: int | None) -> str:
    """12345 as `12,345`."""
    return "–" if number is None else f"{number:,}"


@register.filter
def breakable(name: str) -> SafeString:
    """A name without blanks, which a narrow screen may break after its dots and underscores."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[._])", name)))


# --- Time ------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, style: str = "near") -> SafeString:
    """`near`: 5 minutes ago, in 3 hours, else the date; `date`: 21 Nov 2026; `full`: 21 Nov 2026, 18:47 UTC.

    The machine-readable time is RFC 3339 in UTC; the words are in the reader's time zone when the profile names one.
    """
    if moment is None:
        return mark_safe('<span class="muted">–</span>')
    zone = _zone_of(context)
    local = moment.astimezone(zone)
    full = f"{dateformat.format(local, 'j M Y, H:i')} {local.tzname()}"
    date = dateformat.format(local, "j M Y")
    text = {"full": full, "date": date}.get(style) or _near(moment, date)
    machine = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, text)


def _near(moment: datetime, date: str) -> str:
    away = moment - clock.now()
    size = abs(away)
    if size < timedelta(seconds=45):
        return gettext("now") if away > timedelta() else gettext("just now")
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        number = round(size / length)
        if size >= length * 0.95:
            if unit == "day" and number > 6:
                return date
            return _words(unit, number, away > timedelta())
    return _words("minute", 1, away > timedelta())


def _words(unit: str, number: int, is_ahead: bool) -> str:
    values = {"number": number}
    match unit, is_ahead:
        case "day", True:
            return ngettext("in %(number)s day", "in %(number)s days", number) % values
        case "day", False:
            return ngettext("%(number)s day ago", "%(number)s days ago", number) % values
        case "hour", True:
            return ngettext("in %(number)s hour", "in %(number)s hours", number) % values
        case "hour", False:
            return ngettext("%(number)s hour ago", "%(number)s hours ago", number) % values
        case _, True:
            return ngettext("in %(number)s minute", "in %(number)s minutes", number) % values
    return ngettext("%(number)s minute ago", "%(number)s minutes ago", number) % values


def _zone_of(context: Context) -> ZoneInfo:
    request = context.get("request")
    name = getattr(getattr(request, "user", None), "time_zone", "") or "UTC"
    return _zone(name)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")  # a zone the system's table has dropped


@register.filter
def duration(seconds: float | None) -> str:
    """7 as `7 s`, 95 as `1 min 35 s`, 3700 as `1 h 2 min`."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return _units(whole, gettext("%(number)s s"))
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return _units(minutes, gettext("%(number)s min"), rest, gettext("%(number)s s"))
    hours, rest = divmod(round(whole / 60), 60)
    return _units(hours, gettext("%(number)s h"), rest, gettext("%(number)s min"))


def _units(number: int, unit: str, rest: int = 0, smaller: str = "") -> str:
    return " ".join([unit % {"number": number}, *([smaller % {"number": rest}] if rest else [])])


# --- Parts -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def status(state: str, word: str = "") -> SafeString:
    """A state as a word and a shape; `word` replaces the common word where a page has a better one."""
    look = look_of(str(state))
    tone = f" status--{look.tone}" if look.tone else ""
    return format_html('<span class="status{}">{}{}</span>', tone, draw_icon(look.shape), word or look.word)


@register.inclusion_tag("web/parts/page_head.html")
def page_head(title: str, lead: str = "", back: str = "", back_text: str = "") -> dict[str, str]:
    return {"title": title, "lead": lead, "back": back, "back_text": back_text or gettext("Back")}


@register.inclusion_tag("web/parts/stat.html")
def stat(label: str, value: object, hint: object = "") -> dict[str, object]:
    return {"label": label, "value": value, "hint": hint}


@register.inclusion_tag("web/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "", symbol: str = "inbox") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "action": action, "symbol": symbol}


@register.inclusion_tag("web/parts/meter.html")
def meter(label: str, value: float, most: float = 1, text: str = "") -> dict[str, object]:
    return {"label": label, "value": value, "most": most, "text": text}


@register.inclusion_tag("web/parts/tabs.html", takes_context=True)
def tabs(context: Context, name: str, choices: Sequence[tuple[Any, ...]], label: str = "") -> dict[str, object]:
    """Links that set `?name=` and keep the rest of the query; choices are (value, text) or (value, text, count)."""
    request = context["request"]
    current = request.GET.get(name, "")
    return {
        "label": label or gettext("Show"),
        "items": [
            {
                "url": _with_query(request, name, value),
                "text": text,
                "count": rest[0] if rest else None,
                "is_current": current == str(value),
            }
            for value, text, *rest in choices
        ],
    }


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, object]:
    """Under a list cut by Django's Paginator (`page` is its Page)."""
    request = context["request"]
    return {
        "page": page,
        "newer": _with_query(request, "page", page.previous_page_number()) if page.has_previous() else "",
        "older": _with_query(request, "page", page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("web/parts/cursor_pager.html", takes_context=True)
def cursor_pager(context: Context, next_cursor: str | None) -> dict[str, object]:
    """Under a list cut by a cursor (`?after=`): long histories, where counting all pages would cost."""
    request = context["request"]
    return {
        "older": _with_query(request, "after", next_cursor) if next_cursor else "",
        "newest": _with_query(request, "after", "") if request.GET.get("after") else "",
    }


@register.simple_tag(takes_context=True)
def with_query(context: Context, name: str, value: object) -> str:
    """The address of this page with `?name=value`, the rest of the query kept."""
    return _with_query(context["request"], name, value)


def _with_query(request: Any, name: str, value: object) -> str:
    query = request.GET.copy()
    if name not in ("page", "after"):  # another filter starts at the first page again
        query.pop("page", None)
        query.pop("after", None)
    if value in ("", None):
        query.pop(name, None)
    else:
        query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


# --- Charts ----------------------------------------------------------------------------------------------------------

UNITS: dict[str, Callable[[float], str]] = {
    "money": lambda value: format_usd(round(value)),
    "percent": lambda value: f"{value * 100:.0f} %",
    "count": lambda value: f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}",
}


# How far an axis reaches when there is nothing yet: a cent, all, two things.
LEAST_TOPS: dict[str, float] = {"money": 10_000, "percent": 1, "count": 2}


@register.inclusion_tag("web/parts/bar_chart.html")
def bar_chart(title: str, points: Sequence[tuple[str, float]], unit: str = "count") -> dict[str, object]:
    """`points` are (label, value); `unit` is money (values in micros), percent (0 to 1) or count."""
    return {
        "title": title,
        "chart": charts.bar_chart(points, UNITS[unit], least_top=LEAST_TOPS[unit]),
        "rows": _rows(points, unit),
    }


@register.inclusion_tag("web/parts/line_chart.html")
def line_chart(
    title: str,
    points: Sequence[tuple[str, float]],
    unit: str = "count",
    forecast: Sequence[tuple[str, float]] = (),
    threshold: float | None = None,
    threshold_text: str = "",
) -> dict[str, object]:
    """A line over time; `forecast` goes on dotted; `threshold` is a rule across, named by `threshold_text`."""
    drawn = charts.line_chart(points, UNITS[unit], forecast=forecast, threshold=threshold, least_top=LEAST_TOPS[unit])
    return {
        "title": title,
        "chart": drawn,
        "rows": [
            *_rows(points, unit),
            *[(gettext("%(day)s (forecast)") % {"day": label}, text) for label, text in _rows(forecast, unit)],
        ],
        "threshold_text": threshold_text,
    }


def _rows(points: Sequence[tuple[str, float]], unit: str) -> list[tuple[str, str]]:
    return [(label, UNITS[unit](value)) for label, value in points]


@register.inclusion_tag("web/parts/interval.html")
def interval(
    label: str, value: float | None, low: float, high: float, threshold: float | None = None
) -> dict[str, object]:
    """A measured ratio with its uncertainty: a band from `low` to `high` (0 to 1), a mark at `value`."""
    return {
        "label": label,
        "value": percent(value),
        "range": gettext("%(low)s to %(high)s %%") % {"low": f"{low * 100:.0f}", "high": f"{high * 100:.0f}"},
        "x": None if value is None else round(value * 100, 1),
        "low": round(low * 100, 1),
        "width": round(max(0.0, high - low) * 100, 1),
        "threshold": None if threshold is None else round(threshold * 100, 1),
        "threshold_text": "" if threshold is None else percent(threshold),
    }


# --- The workbench ---------------------------------------------------------------------------------------------------


@register.simple_tag
def workbench(mode: str, kinds: Iterable[str] = ()) -> SafeString:
    """Style sheets and module script of the island `mode` (work, tutorial, review, gold, receipt, preview).

    `kinds` of shapes the page will draw: their code is asked for at once, not when the script finds that it needs it.
    """
    entry, sheets, imports = _island(mode, frozenset(kinds), get_language() or "en")
    links = [format_html('<link rel="stylesheet" href="{}">', _built(sheet)) for sheet in sheets]
    # First: it waits for the end of the page by itself, and nothing is done before it is there.
    links.append(format_html('<script type="module" src="{}"></script>', _built(entry)))
    links += [format_html('<link rel="modulepreload" href="{}">', _built(name)) for name in imports]
    return format_html_join("\n", "{}", ((link,) for link in links))


def _built(name: str) -> str:
    """The build has put a hash into each name already. A second one would fetch what its scripts import twice: they ask
    for the name they know."""
    return f"{settings.STATIC_URL}{name}"


def built_files() -> list[str]:
    """Static names of what a worker's page may need, at once or later: for the part of the site a device keeps."""
    path = settings.WORKBENCH_DIST / "manifest.json"
    chunks = _manifest(str(path), path.stat().st_mtime_ns)
    waiting, seen = ["src/entries/work.tsx", "src/entries/offline.tsx"], set()
    files: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in chunks:
            continue
        seen.add(name)
        chunk = chunks[name]
        mine = (chunk["file"], *chunk.get("css", []), *chunk.get("assets", []))
        files += [file for file in mine if file not in files]
        waiting += [*chunk.get("imports", []), *chunk.get("dynamicImports", [])]
    return [f"workbench/{file}" for file in files]


DRAWING = "src/ui/drawing-bench.tsx"
# Comes with the code of all drawing.
WITH_DRAWING = "box"
# Folders of words by language; English stands in the code.
WORDS = {"es": "src/ui/spanish/", "ar": "src/ui/arabic/"}
# Loaded later by the script, and yet at once: nobody may begin an answer that cannot be kept.
SOON = {"work": ["src/app/keeping.ts"]}


def _island(mode: str, kinds: frozenset[str], language: str) -> tuple[str, list[str], list[str]]:
    """Static names of an island's script, its style sheets and the chunks it needs at once, words included."""
    path = settings.WORKBENCH_DIST / "manifest.json"
    chunks = _manifest(str(path), path.stat().st_mtime_ns)
    key = f"src/entries/{mode}.tsx"
    sheets: list[str] = []
    scripts: list[str] = []
    shapes = [name for kind in sorted(kinds) if (name := f"src/shapes/{kind}/index.ts") in chunks]
    soon = [name for name in SOON.get(mode, []) if name in chunks]
    words = WORDS.get(language.split("-")[0])
    seen: set[str] = set()
    # Six at a time is what a browser asks for: what everything else imports is among them.
    drawing = [DRAWING, *shapes] if DRAWING in chunks and (shapes or WITH_DRAWING in kinds) else []
    for first in ([key, *drawing], soon):
        waiting = list(first)
        while waiting:
            name = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            chunk = chunks[name]
            sheets += [sheet for sheet in chunk.get("css", []) if sheet not in sheets]
            # What is imported later may share a file with others.
            scripts += [chunk["file"]] if chunk["file"] not in scripts else []
            waiting += chunk.get("imports", [])
            waiting += [name for name in chunk.get("dynamicImports", []) if words and name.startswith(words)]
    return (
        f"workbench/{scripts[0]}",
        [f"workbench/{sheet}" for sheet in sheets],
        [f"workbench/{script}" for script in scripts[1:]],
    )


@lru_cache(maxsize=4)
def _manifest(path: str, changed_ns: int) -> dict[str, Any]:
    """Vite's manifest; `changed_ns` is part of the key, so that a rebuilt workbench is served without a restart."""
    chunks: dict[str, Any] = json.loads(Path(path).read_bytes())
    return chunks
