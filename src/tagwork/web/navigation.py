"""Where one can go: the main links of each role. A link whose page this installation does not have is left out."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


class Link(NamedTuple):
    name: str  # of the URL pattern
    text: Any
    icon: str
    below: tuple[str, ...] = ()  # names of pages that lie below it, though their addresses do not


class Area(NamedTuple):
    """What one role does; its pages lie under `prefix`. At most five links: they are the phone's bottom bar."""

    key: str
    text: Any
    icon: str
    prefix: str
    links: tuple[Link, ...]


# The order is the order of preference on pages that belong to no area (profile, notices).
AREAS = (
    Area(
        "operate",
        _("Operate"),
        "gear",
        "/operator/",
        (
            Link("operate", _("Overview"), "chart"),
            Link("operate-people", _("People"), "people"),
            Link("operate-payouts", _("Payouts"), "money", ("operate-console",)),
            Link("operate-deposits", _("Deposits"), "building", ("operate-refunds",)),
            Link("operate-settings", _("Rules"), "gear"),
        ),
    ),
    Area(
        "moderate",
        _("Moderate"),
        "shield",
        "/moderation/",
        (
            Link("moderation", _("Queue"), "inbox"),
            Link("moderation-history", _("Decided"), "check"),
            Link("moderation-me", _("My figures"), "chart"),
        ),
    ),
    Area(
        "client",
        _("Projects"),
        "building",
        "/projects/",
        (
            Link("client-projects", _("Projects"), "image"),
            Link("client-new-project", _("New"), "plus"),
            Link("client-money", _("Money"), "money"),
            Link("organisations", _("Team"), "people"),
        ),
    ),
    Area(
        "work",
        _("Work"),
        "work",
        "/work/",
        (
            Link("dashboard", _("Home"), "home"),
            Link("work", _("Work"), "work"),
            Link("earnings", _("Money"), "money", ("withdrawals",)),
            Link("standing", _("Standing"), "target"),
            Link("reports", _("Reports"), "report"),
        ),
    ),
)

MORE = {
    "work": (Link("tutorial", _("Tutorial"), "book"), Link("withdrawals", _("Withdrawals"), "send")),
    "client": (),
    "moderate": (),
    "operate": (
        Link("moderation", _("Appeals and reports"), "report"),
        Link("operate-console", _("Wallets, rates and batches"), "send"),
        Link("operate-audit", _("Audit log"), "book"),
        Link("admin:index", _("Records"), "search"),
    ),
}
ACCOUNT = (
    Link("profile", _("Profile"), "person"),
    Link("security", _("Sign-in and security"), "key"),
    Link("organisations", _("Organisations"), "building"),
)
FOOTER = (
    Link("rates", _("Rate card"), ""),
    Link("help", _("Help"), ""),
    Link("guides", _("Country guides"), ""),
    Link("rules", _("Rules of the house"), ""),
    Link("proofs", _("Proofs"), ""),
    Link("terms", _("Terms"), ""),
    Link("privacy", _("Privacy"), ""),
)


class Item(NamedTuple):
    url: str
    text: Any
    icon: str
    is_current: bool


class Navigation(NamedTuple):
    items: list[Item]
    areas: list[Item]  # empty for somebody with one role
    more: list[Item]


@lru_cache(maxsize=256)
def url_of(name: str) -> str:
    """The address of a named page, or "" where there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def areas_of(user: Any) -> list[Area]:
    if not user.is_authenticated:
        return []
    has = {
        "operate": user.is_operator,
        "moderate": user.is_moderator,
        "client": user.is_client,
        "work": user.is_worker,
    }
    return [area for area in AREAS if has[area.key] and url_of(area.links[0].name)]


def _items(links: tuple[Link, ...], path: str) -> list[Item]:
    found = [(link, url_of(link.name)) for link in links]
    # The longest address that begins the path is the current one: /projects/ must not light up under /projects/new/.
    begins = {
        address: url
        for link, url in found
        for address in (url, *map(url_of, link.below))
        if address and path.startswith(address)
    }
    current = begins[max(begins, key=len)] if begins else ""
    return [Item(url, link.text, link.icon, url == current) for link, url in found if url]


def navigation_of(request: HttpRequest) -> Navigation:
    user: Any = getattr(request, "user", None)
    areas = areas_of(user) if user is not None else []
    if not areas:
        return Navigation([], [], _items(ACCOUNT, request.path) if user and user.is_authenticated else [])
    current = next((area for area in areas if request.path.startswith(area.prefix)), None) or _home_of(areas, request)
    switch = [Item(url_of(area.links[0].name), area.text, area.icon, area is current) for area in areas]
    return Navigation(
        items=_items(current.links, request.path),
        areas=switch if len(areas) > 1 else [],
        more=[*_items(MORE[current.key], request.path), *_items(ACCOUNT, request.path)],
    )


def _home_of(areas: list[Area], request: HttpRequest) -> Area:
    """A page such as /earnings/ lies under no prefix but in an area's links; a profile lies in none: the first."""
    for area in areas:
        if any(item.is_current for item in _items((*area.links, *MORE[area.key]), request.path)):
            return area
    return areas[0]


def footer_links() -> list[Item]:
    return _items(FOOTER, "")


def home_url(user: Any) -> str:
    """Where a person lands after signing in."""
    areas = areas_of(user)
    return url_of(areas[0].links[0].name) if areas else reverse("profile")
