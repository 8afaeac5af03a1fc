"""The pictures of the pages: strokes on a 24 x 24 grid, drawn for Tagwork, coloured by the text around them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

STROKES: dict[str, str] = {
    "alert": "M12 4 2.5 20h19zM12 10v4.5M12 17.4v.1",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M15 5l-7 7 7 7",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
    "book": "M4 5h6a2 2 0 0 1 2 2v13a2 2 0 0 0-2-2H4zM20 5h-6a2 2 0 0 0-2 2v13a2 2 0 0 1 2-2h6z",
    "box": "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M9 9h6v6H9z",
    "building": "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "check": "M4.5 12.5l5 5 10-11",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.2l3.4 2",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "cross": "M6 6l12 12M18 6 6 18",
    "dash": "M5 12h14",
    "dot": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "download": "M12 4v11M7 11l5 5 5-5M4 20h16",
    "flag": "M5 21V4M5 4h13l-3 4.5 3 4.5H5",
    "forward": "M9 5l7 7-7 7",
    "gear": "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h7M15 17h5M13 15v4",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "half": "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "image": "M4 5h16v14H4zM4 16l4.5-5 4 4.5 2.5-2.5 5 5M15.5 9v.1",
    "inbox": "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5",
    "key": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12.5 20 4M16 8l3 3",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M3 6h18v13H3zM3 7l9 7 9-7",
    "money": "M3 7h18v11H3zM12 10a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6 10v.1M18 15v.1",
    "open": "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
    "out": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    "pause": "M8 5v14M16 5v14",
    "people": "M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5zM3 20c0-4 2.5-6 6-6s6 2 6 6"
    "M16 5.5a3 3 0 0 1 0 5.6M17.5 14.5c2.3.7 3.5 2.5 3.5 5.5",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 21c0-4.5 3-6.5 7.5-6.5s7.5 2 7.5 6.5",
    "play": "M7 4.5v15l12-7.5z",
    "plus": "M12 5v14M5 12h14",
    "repeat": "M5 9a7.5 7.5 0 0 1 13-2l2 2M20 4v5h-5M19 15a7.5 7.5 0 0 1-13 2l-2-2M4 20v-5h5",
    "report": "M4 4h16v12H9l-5 4zM12 7.5v3M12 13v.1",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
    "send": "M4 12h13M12 6l6 6-6 6M21 4v16",
    "shield": "M12 3l8 3v6c0 5-3.5 7.8-8 9-4.5-1.2-8-4-8-9V6z",
    "star": "M12 4l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6z",
    "stop": "M6 6h12v12H6z",
    "target": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    "upload": "M12 20V8M7 12l5-5 5 5M4 4h16",
    "work": "M4 4h16v16H4zM8.5 12l2.5 2.5 5-5.5",
}

# What points onwards or back; pages that are read from the right mirror it.
POINTING = ("arrow", "back", "forward")


def icon(name: str, label: str = "") -> SafeString:
    """One inline SVG; without `label` it is hidden from a screen reader (a word stands beside it)."""
    strokes = STROKES[name]
    points = " icon--points" if name in POINTING else ""
    if label:
        return format_html(
            '<svg class="icon{}" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>',
            points,
            label,
            strokes,
        )
    # A constant of this file: nothing of a user's reaches it.
    return mark_safe(f'<svg class="icon{points}" viewBox="0 0 24 24" aria-hidden="true"><path d="{strokes}"/></svg>')  # noqa: S308
