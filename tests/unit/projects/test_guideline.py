"""Guideline text becomes safe HTML with clauses, the same every time; changes are shown word by word."""

import pytest

from tagwork.projects.guideline import difference, render


def test_headings_become_clauses_in_order_and_text_before_them_is_clause_zero() -> None:
    rendered = render("First of all.\n\n# Cars & trucks\n\nAll.\n\n## Small *ones*\n\nLeave out.")
    assert [(clause.id, clause.title) for clause in rendered.clauses] == [
        ("c0", "In general"),
        ("c1", "Cars & trucks"),
        ("c2", "Small ones"),
    ]
    assert '<section id="c1"><h2>Cars &amp; trucks</h2>' in rendered.html
    assert '<section id="c2"><h3>Small <em>ones</em></h3>' in rendered.html


def test_a_guideline_that_begins_with_a_heading_has_no_clause_zero() -> None:
    assert [clause.id for clause in render("# One\n\ntext").clauses] == ["c1"]


def test_headings_inside_quotes_and_lists_are_no_clauses() -> None:
    assert [clause.id for clause in render("# One\n\n> # quoted\n\n- # listed").clauses] == ["c1"]


def test_a_heading_without_words_still_has_a_title() -> None:
    assert render("#\n\ntext").clauses[0].title == "Clause 1"


def test_rendering_is_deterministic() -> None:
    text = "intro\n\n# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n# B\n\n- x\n- y"
    assert render(text) == render(text)


def test_nothing_at_all_has_no_clause() -> None:
    assert render("").clauses == ()
    assert render("\n \n").clauses == ()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "![a](https://tracker.example/pixel.png)",
        '<a href="https://x" onclick="alert(1)">x</a>',
        '[a](https://x "t\\" onmouseover=\\"alert(1)")',
        "<style>*{display:none}</style>",
        '<section id="c9">forged</section>',
        "<iframe src=//evil>",
        "`<script>`",
        "```\n<script>alert(1)</script>\n```",
        "# <img src=x onerror=alert(1)>",
        "<https://x/?<script>>",
        "<svg/onload=alert(1)>",
    ],
)
def test_no_markup_of_a_client_becomes_markup_of_ours(hostile: str) -> None:
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: list[tuple[str, dict[str, str | None]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found.append((tag, dict(attrs)))

    for text in (render(hostile).html, difference("before", hostile), difference(hostile, "after")):
        tags = Tags()
        tags.feed(text)
        for tag, attributes in tags.found:
            assert tag in {"section", "p", "a", "code", "pre", "h2", "h3", "ins", "del"}, text
            assert set(attributes) <= {"id", "href", "rel", "title"}, text
            assert attributes.get("id") in (None, "c0", "c1"), text
            assert (attributes.get("href") or "https:").startswith(("https:", "http:", "mailto:")), text


def test_a_link_is_kept_and_not_followed_by_crawlers() -> None:
    assert (
        'href="https://example.test/a" rel="noopener noreferrer nofollow"' in render("[a](https://example.test/a)").html
    )


def test_the_difference_marks_single_words() -> None:
    text = difference("# Cars\n\nMark every car you see.", "# Cars\n\nMark every red car you see.")
    assert text == "<h3>Cars</h3>\n<p>Mark every<ins> red</ins> car you see.</p>"


def test_the_difference_shows_only_clauses_that_changed() -> None:
    old = "# A\n\nsame\n\n# B\n\nold words here\n\n# C\n\nsame too"
    new = "# A\n\nsame\n\n# B\n\nnew words here\n\n# C\n\nsame too"
    assert difference(old, new) == "<h3>B</h3>\n<p><del>old</del><ins>new</ins> words here</p>"


def test_a_clause_put_in_front_does_not_make_the_rest_look_changed() -> None:
    text = difference("# A\n\nfirst\n\n# B\n\nsecond", "# New\n\nentirely\n\n# A\n\nfirst\n\n# B\n\nsecond")
    assert text == "<h3><ins>New</ins></h3>\n<p><ins>entirely</ins></p>"


def test_list_entries_are_compared_one_by_one() -> None:
    text = difference("# A\n\n- one\n- two\n- three", "# A\n\n- one\n- three\n- four")
    assert text == "<h3>A</h3>\n<p>• <del>two</del></p>\n<p>• <ins>four</ins></p>"


def test_the_same_words_have_no_difference() -> None:
    assert difference("# A\n\n*same*", "# A\n\n**same**") == ""


def test_a_link_that_points_elsewhere_is_a_difference() -> None:
    assert "other" in difference("[a](https://one.test)", "[a](https://other.test)")


def test_text_that_looks_like_markup_stays_text_in_the_difference() -> None:
    assert difference("a", "a <b>bold</b>") == "<p>a<ins> &lt;b&gt;bold&lt;/b&gt;</ins></p>"


@pytest.mark.parametrize("piece", ["a\n\n", "a b c d e f g\n\n", "w " * 24_000, "- x\n", "# h\n\n"])
def test_the_worst_pair_of_versions_is_compared(piece: str) -> None:
    from tagwork.projects.guideline import MAX_BLOCKS, MAX_CHARACTERS

    old = (piece * min(MAX_BLOCKS, MAX_CHARACTERS // len(piece)))[:MAX_CHARACTERS]
    new = old.replace("a", "b").replace("x", "y").replace("w", "v").replace("h", "i")
    assert bool(difference(old, new)) == (old != new)
