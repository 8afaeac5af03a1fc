from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tagwork.people.rules import Policy

# Views that are not ours, and who guards them instead.
GUARDED_ELSEWHERE = {
    "accounts/": "allauth: each view is for anyone, or asks for a sign-in and a fresh proof itself",
    "admin/": "OperatorAdminSite.has_permission is Policy.OPERATOR for every page of it",
    "api/v1/": "each operation of the API names its own authentication; tests/api checks them",
}
# Views of ours that are served to machines and say nothing of anybody.
FOR_MACHINES = {"healthz", "readyz", "metrics"}


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route, pattern.callback


def test_every_view_of_ours_says_whom_it_is_for() -> None:
    ours = {
        route: callback
        for route, callback in views(get_resolver())
        if not route.startswith(tuple(GUARDED_ELSEWHERE)) and route not in FOR_MACHINES
    }
    assert "profile/" in ours
    without = sorted(route for route, view in ours.items() if not isinstance(getattr(view, "policy", None), Policy))
    assert without == [], "put @policy(Policy.…) on these views"
