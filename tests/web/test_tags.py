import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tagwork.kit import clock
from tagwork.web.icons import STROKES
from tagwork.web.status import LOOKS, look_of

pytestmark = pytest.mark.django_db


def draw(source: str, **values: Any) -> str:
    request = RequestFactory().get(values.pop("path", "/"))
    request.user = values.pop("user", SimpleNamespace(time_zone=""))
    return Template("{% load tagwork %}" + source).render(Context({"request": request, **values}))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% money 2000 %}", "$0.002"),
        ("{% money 6000 signed=True %}", "+$0.006"),
        ("{% money -500000 %}", "−$0.50"),
        ("{% money None %}", "–"),
    ],
)
def test_money_shows_the_digits_that_matter(source: str, text: str) -> None:
    assert text in draw(source)


def test_a_sign_stands_before_its_number_in_every_script() -> None:
    with translation.override("ar"):
        assert 'dir="ltr">+$0.006<' in draw("{% money 6000 signed=True %}")
        assert draw("{{ a|duration }}", a=95) == "1 د 35 ث"


def test_a_long_name_may_break_after_its_joints() -> None:
    assert draw("{{ a|breakable }}", a="payouts.fee_<b>") == "payouts.<wbr>fee_<wbr>&lt;b&gt;"


def test_pay_says_what_a_task_becomes() -> None:
    drawn = draw("{% pay 2000 4102345 %}")
    assert "$0.002" in drawn and "$2.00 per 1,000" in drawn and "about $4.10/h" in drawn
    assert "estimate" in draw("{% pay 2000 4102345 True %}")
    assert "/h" not in draw("{% pay 2000 %}")


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(seconds=50), "1 minute ago"),
        (timedelta(minutes=7), "7 minutes ago"),
        (timedelta(minutes=59), "1 hour ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (-timedelta(hours=3), "in 3 hours"),
        (-timedelta(days=2), "in 2 days"),
    ],
)
def test_a_near_time_is_said_as_people_say_it(ago: timedelta, text: str) -> None:
    assert f">{text}<" in draw("{% when moment %}", moment=clock.now() - ago)


def test_a_far_time_is_a_date_in_the_readers_zone_and_rfc_3339_for_machines() -> None:
    moment = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    drawn = draw("{% when moment 'full' %}", moment=moment, user=SimpleNamespace(time_zone="Africa/Nairobi"))
    assert 'datetime="2026-01-31T22:30:00Z"' in drawn
    assert ">1 Feb 2026, 01:30 EAT<" in drawn
    assert ">31 Jan 2026<" in draw("{% when moment %}", moment=moment)
    assert ">31 Jan 2026<" in draw("{% when moment %}", moment=moment, user=SimpleNamespace(time_zone="Mars/Base"))


def test_numbers_read_as_numbers() -> None:
    assert draw("{{ a|percent }} {{ b|percent:1 }} {{ c|percent }}", a=0.914, b=0.914, c=None) == "91 % 91.4 % –"
    assert draw("{{ a|count }}", a=12345) == "12,345"
    assert (
        draw("{{ a|duration }}, {{ b|duration }}, {{ c|duration }}", a=7, b=95, c=3720) == "7 s, 1 min 35 s, 1 h 2 min"
    )


def test_every_status_has_a_word_and_a_shape() -> None:
    """DESIGN 4 lists the states; DESIGN 7: never a colour alone."""
    states = [
        "leased",
        "submitted",
        "skipped",
        "flagged",
        "expired",
        "open",
        "justified",
        "unjustified",
        "pending",
        "approved",
        "rejected",
        "won",
        "lost",
        "withdrawn",
        "active",
        "ended",
        "lifted",
        "draft",
        "live",
        "paused",
        "closing",
        "closed",
        "requested",
        "held",
        "cancelled",
        "batched",
        "signed",
        "broadcast",
        "confirmed",
        "failed",
        "returned",
        "refunded",
    ]
    assert set(states) <= set(LOOKS)
    for look in LOOKS.values():
        assert look.word
        assert look.shape in STROKES
        assert look.tone in ("", "good", "warn", "bad", "accent")
    assert look_of("brand_new").word == "Brand new"
    assert "<svg" in draw("{% status 'approved' %}") and "Approved" in draw("{% status 'approved' %}")


def test_a_word_from_outside_is_escaped() -> None:
    drawn = draw("{% status state %}{% page_head title %}{% stat title title %}", state="<b>", title="<script>")
    assert "<b>" not in drawn.lower() and "<script" not in drawn


def test_tabs_and_pages_keep_the_rest_of_the_address() -> None:
    drawn = draw("{% tabs 'state' choices %}", path="/x/?q=cat&page=3", choices=[("", "All"), ("open", "Open", 3)])
    assert 'href="?q=cat&amp;state=open"' in drawn
    assert 'href="?q=cat" aria-current="page"' in drawn
    assert draw("{% with_query 'state' '' %}", path="/x/?state=open") == "/x/"
    assert "after=c2" in draw("{% cursor_pager 'c2' %}", path="/x/?q=cat")


def test_a_workbench_brings_its_script_and_styles(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(
        json.dumps(
            {
                "src/entries/work.tsx": {
                    "file": "assets/work-1.js",
                    "css": ["assets/work-1.css"],
                    "imports": ["_shared.js"],
                },
                "_shared.js": {"file": "assets/shared-2.js", "css": ["assets/shared-2.css"], "imports": ["_shared.js"]},
            }
        )
    )
    settings.WORKBENCH_DIST = tmp_path
    drawn = draw("{% workbench 'work' %}")
    assert '<script type="module" src="/static/workbench/assets/work-1.js"></script>' in drawn
    assert 'href="/static/workbench/assets/shared-2.css"' in drawn
    assert '<link rel="modulepreload" href="/static/workbench/assets/shared-2.js">' in drawn


def test_a_workbench_that_draws_asks_for_the_code_of_its_shapes_at_once(tmp_path: Path, settings: Any) -> None:
    chunks = {
        "src/entries/work.tsx": {"file": "assets/work-1.js"},
        "src/ui/drawing-bench.tsx": {"file": "assets/bench-2.js", "imports": ["_ring.js"]},
        "src/shapes/box/index.ts": {"file": "assets/box-3.js"},
        "src/shapes/polygon/index.ts": {"file": "assets/polygon-4.js", "imports": ["_ring.js"]},
        "_ring.js": {"file": "assets/ring-5.js"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(chunks))
    settings.WORKBENCH_DIST = tmp_path
    drawn = draw("{% workbench 'work' kinds %}", kinds={"polygon", "text"})
    for name in ("bench-2", "polygon-4", "ring-5"):
        assert drawn.count(f'<link rel="modulepreload" href="/static/workbench/assets/{name}.js">') == 1
    assert "box-3" not in drawn
    assert "modulepreload" not in draw("{% workbench 'work' kinds %}", kinds={"text"})
    assert "bench-2" in draw("{% workbench 'work' kinds %}", kinds={"box"}), "boxes come with the code of all drawing"


def test_a_workbench_asks_for_the_words_of_its_language_at_once(tmp_path: Path, settings: Any) -> None:
    chunks = {
        "src/entries/work.tsx": {"file": "assets/work-1.js", "imports": ["_shared.js"]},
        "_shared.js": {
            "file": "assets/shared-2.js",
            "dynamicImports": ["src/ui/spanish/strings.ts", "src/ui/arabic/strings.ts", "src/ui/regions.tsx"],
        },
        "src/ui/spanish/strings.ts": {"file": "assets/spanish-3.js"},
        "src/ui/arabic/strings.ts": {"file": "assets/arabic-4.js"},
        "src/ui/regions.tsx": {"file": "assets/regions-5.js"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(chunks))
    settings.WORKBENCH_DIST = tmp_path
    asked = {}
    for language in ("en", "es", "ar"):
        with translation.override(language):
            drawn = draw("{% workbench 'work' %}")
        asked[language] = re.findall(r'modulepreload" href="/static/workbench/assets/(\w+)', drawn)
    assert asked == {"en": ["shared"], "es": ["shared", "spanish"], "ar": ["shared", "arabic"]}
