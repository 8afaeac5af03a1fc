"""Every text of the pages and refusals is in every catalogue, finished, with the same places for values."""

import ast
import gettext
from functools import cache
from pathlib import Path

import pytest

from tagwork.jobs import strings


@pytest.mark.parametrize("area", [area for area, _ in strings.AREAS])
@pytest.mark.parametrize("language", strings.LANGUAGES)
def test_every_text_is_translated(language: str, area: str) -> None:
    assert [line for line in problems(language) if line.startswith(f"{area}:")] == []


@cache
def problems(language: str) -> list[str]:
    """The whole package is read for it: once for all areas."""
    return strings.problems(language)


def test_it_finds_what_a_template_says() -> None:
    template = (
        '{% load i18n %}<p title="{% translate \'A hint\' %}">{% translate "Say (it)" %}</p>{% page_head _("Money") %}'
        "{% blocktranslate trimmed count n=3 %}"
        "{{ n }} task\n waits{% plural %}{{ n }} tasks wait{% endblocktranslate %}"
    )
    assert [(text.message, text.plural) for text in strings.texts_of_template("web/x.html", template)] == [
        ("A hint", ""),
        ("Say (it)", ""),
        ("Money", ""),
        ("%(n)s task waits", "%(n)s tasks wait"),
    ]


def test_it_finds_what_python_says() -> None:
    code = (
        'a = _("One " "text")\nd = _(name)\nb = ngettext("%(n)s task", "%(n)s tasks", n)\n'
        'c = pgettext("money", "Pending")'
    )
    assert {(text.message, text.plural, text.context) for text in strings.texts_of_python("web/x.py", code)} == {
        ("One text", "", ""),
        ("%(n)s task", "%(n)s tasks", ""),
        ("Pending", "", "money"),
    }


def test_nothing_is_said_before_a_reader_is_known() -> None:
    """gettext while a module is loaded answers in English for ever; there it is gettext_lazy."""
    package_dir = Path(strings.__file__).parents[1]
    early = [
        f"{path.relative_to(package_dir)}:{line}"
        for path in sorted(package_dir.rglob("*.py"))
        for line in said_on_loading(ast.parse(path.read_text()))
    ]
    assert early == []
    code = "from django.utils.translation import gettext as _\nA = {'a': _('One')}\ndef f():\n    return _('Two')"
    assert said_on_loading(ast.parse(code)) == [2]


def said_on_loading(tree: ast.Module) -> list[int]:
    """Lines outside of functions where something is translated at once."""
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    at_once = {
        name.asname or name.name
        for one in imports
        if one.module == "django.utils.translation"
        for name in one.names
        if name.name in ("gettext", "ngettext", "pgettext", "npgettext")
    }
    lines, left = [], list[ast.AST]([tree])
    while left and at_once:
        node = left.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in at_once:
            lines.append(node.lineno)
        left += [
            one
            for one in ast.iter_child_nodes(node)
            if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        ]
    return lines


def test_it_refuses_an_f_string() -> None:
    with pytest.raises(ValueError, match=r"web/x.py:2: an f-string"):
        list(strings.texts_of_python("web/x.py", 'name = "A"\n_(f"Hello {name}")'))


def test_a_text_belongs_to_the_part_of_the_site_that_says_it() -> None:
    assert strings.area_of("web/worker/money.py") == "worker"
    assert strings.area_of("web/templates/web/parts/foot.html") == "shell"
    assert strings.area_of("work/operations/skip.py") == "rooms"


@pytest.mark.parametrize(
    ("message", "said", "fault"),
    [
        ("%(n)s tasks", "tareas", "places"),
        ("Pay {amount}", "Paga {monto}", "places"),
        ("<b>Now</b>", "Ahora", "tags"),
        ("and ", "y", "space"),
    ],
)
def test_it_names_a_translation_that_would_break_the_page(message: str, said: str, fault: str) -> None:
    entry = strings.polib.POEntry(msgid=message, msgstr=said)
    assert [fault in line for line in strings._faults(entry, "es")] == [True]


def test_a_form_for_one_number_alone_may_say_it_in_words() -> None:
    forms = {0: "", 1: "قبل ساعة", 2: "قبل ساعتين", 3: "قبل %(n)s ساعات", 4: "قبل %(n)s ساعة", 5: "قبل ساعة"}
    forms[0] = forms[4]
    entry = strings.polib.POEntry(msgid="%(n)s hour ago", msgid_plural="%(n)s hours ago", msgstr_plural=forms)
    assert [line.rpartition(" ")[2] for line in strings._faults(entry, "ar")] == ["ساعة'"]
    assert len(list(strings._faults(entry, "es"))) == 3


def test_it_finds_what_a_template_says_in_english_only() -> None:
    template = (
        '<p title="A hint">One {{ name }}<b>{% translate "two" %}</b></p>{% page_head _("Money") "What is yours" %}'
        '{% blocktranslate %}three{% endblocktranslate %}{% status "open" %}'
    )
    assert strings.left_in_english(template) == ["What is yours", "A hint", "One"]


def is_translated_whole(path: Path) -> bool:
    """A long page has a template for each language; tests/web/test_public_translated.py compares them."""
    twins = [path.parent / language / path.name for language in strings.COMPLETE]
    return path.parent.name in strings.LANGUAGES or all(twin.exists() for twin in twins)


@pytest.mark.parametrize("area", [area for area, _ in strings.AREAS])
def test_no_template_speaks_english_only(area: str) -> None:
    found = {
        path.name: said
        for path in strings.PACKAGE_DIR.rglob("templates/**/*")
        if path.suffix in (".html", ".txt")
        and not is_translated_whole(path)
        and strings.area_of(path.relative_to(strings.PACKAGE_DIR).as_posix()) == area
        and (said := strings.left_in_english(path.read_text()))
    }
    assert found == {}


def test_it_finds_the_words_that_rooms_keep() -> None:
    code = (
        "class Late(WrongState): pass\nclass WrongState(Refusal): pass\n"
        'raise Late("Too late for this.")\nraise BadImage("too_large")\nraise ValueError("no refusal here")\n'
        'declare("work.grace_seconds", 1800, "How late is not too late.")\n'
        'FLAG_REASONS = {"other": "Another reason"}\nHOLD_TEXTS: Texts = Frozen({ONE: "Looked at"})\nTITLE = "Box"'
    )
    refusals = strings.refusals_of([code])
    assert refusals == {"Refusal", "WrongState", "Late"}
    assert {text.message for text in strings.texts_of_python("work/x.py", code, refusals)} == {
        "Too late for this.",
        "How late is not too late.",
        "Another reason",
        "Looked at",
        "Box",
    }


def test_a_language_that_may_lag_is_counted_and_its_gaps_are_english() -> None:
    spoken, wanted = strings.share("ar")
    assert 0 < spoken <= wanted == strings.share("es")[0]
    assert not strings.problems("ar")


def test_every_language_has_the_forms_that_its_numbers_need() -> None:
    for language in strings.LANGUAGES:
        count, _ = strings.PLURAL_FORMS[language]
        for entry in strings.read(language):
            assert not entry.msgid_plural or sorted(entry.msgstr_plural) == list(range(count)), entry.msgid


def test_the_forms_of_arabic_are_chosen_as_cldr_says() -> None:
    """CLDR 48: 0, 1 and 2 alone; few 3 to 10 and many 11 to 99 by the last two digits; other 100 to 102."""
    chosen = gettext.c2py(strings.PLURAL_FORMS["ar"][1])
    forms = {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 101: 5, 102: 5, 103: 3, 111: 4, 1_000: 5}
    assert {number: chosen(number) for number in forms} == forms
