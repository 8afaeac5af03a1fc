"""The catalogues of what pages and refusals say: read from the source, kept per area, joined into one `django.mo`.

A catalogue is `locale/<language>/<area>.po`; an area is a part of the site that one person translates at a time, so two
never write the same file. Texts are found without GNU gettext: Python by its syntax tree, templates by Django's own
`templatize`, so the check runs on every machine (docs/decisions/0010-strings-without-gettext.md).
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

PACKAGE_DIR = Path(__file__).resolve().parent.parent
LOCALE_DIR = PACKAGE_DIR / "locale"
# English is the source. What COMPLETE does not name may lag behind: its gaps are said in English, and counted.
COMPLETE = ("es",)
# Plural forms that stand for one number alone: nothing, one, two.
OF_ONE_NUMBER = {"ar": (0, 1, 2)}
LANGUAGES = (*COMPLETE, "ar")
# The number of forms and which one a number takes, as CLDR has them and gettext writes them.
PLURAL_FORMS = {
    "es": (2, "n != 1"),
    "ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"),
}

# A text belongs to the first area that says it. What no prefix fits is the last: the rooms below the pages.
AREAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "account",
        ("web/account/", "web/templates/web/account/", "web/templates/account/", "web/templates/mfa/", "people/"),
    ),
    ("worker", ("web/worker/", "web/templates/web/worker/")),
    ("client", ("web/client/", "web/templates/web/client/")),
    ("moderator", ("web/moderator/", "web/templates/web/moderator/")),
    ("operator", ("web/operator/", "web/templates/web/operator/", "web/admin_site.py")),
    ("public", ("web/public/", "web/templates/web/public/", "web/country_guides/")),
    ("shell", ("web/",)),
    ("rooms", ("",)),
)

_MESSAGE_AT = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "lazy_text", "say"), 0) | dict.fromkeys(
    ("pgettext", "pgettext_lazy"), 1
)
_FIELD = "ProfileField"
# A versioned setting (name, default, what it says) and a wrong field (its name, a code, what is wrong).
_SAYS_THIRD = ("declare", "field_error")
# Tables of words in rooms that may not know Django; whoever shows one asks gettext.
_TABLE = re.compile(r"_?(?:[A-Z]+_)+(?:TEXTS|REASONS)|TITLE|WHY|COUNTRIES|LANGUAGES|NETWORK_NAMES")
# What a payout rail says of itself.
_RAILS = ("Rail", "coin_rail")
_OF_A_RAIL = ("title", "destination_label", "processing_time")
# What a lesson of the tutorial says, and each of its items (the fourth of their values).
_LESSON = ("Lesson", "Item")
_OF_A_LESSON = ("title", "intro", "instruction")
_PLURAL = ("ngettext", "ngettext_lazy")
_CALL = re.compile(r"\b(?:n?p?gettext|_)\(")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|%%")
_TAG = re.compile(r"</?[a-z][^>]*>")
_ANY_TAG = re.compile(r"<[^>]*>")


class Text(NamedTuple):
    """One thing that is said. `context` and `plural` are "" where there is none."""

    source: str  # path inside the package
    message: str
    plural: str
    context: str


def area_of(source: str) -> str:
    return next(area for area, prefixes in AREAS if source.startswith(prefixes))


def texts_of_python(source: str, code: str, refusals: Collection[str] = ()) -> Iterator[Text]:
    """Every literal given to gettext, to one of the `refusals` (names of classes) or a setting, or in a table.

    Raises ValueError for an f-string given to gettext: no catalogue could hold it.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _texts_of_table(source, node)
        if isinstance(node, ast.Dict):
            yield from _texts_of_errors(source, node)
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name == _FIELD:  # of a profile: name, words, why
            yield from (Text(source, said, "", "") for one in node.args[1:] if (said := _constant(one)))
        elif name in refusals and node.args and " " in (sentence := _constant(node.args[0])):  # else a code
            yield Text(source, sentence, "", "")
        elif name in _SAYS_THIRD and len(node.args) > 2 and (says := _constant(node.args[2])):
            yield Text(source, says, "", "")
        elif name in _RAILS:
            said_there = [*node.args[1:2], *(one.value for one in node.keywords if one.arg in _OF_A_RAIL)]
            yield from (Text(source, said, "", "") for one in said_there if (said := _constant(one)))
        elif name in _LESSON and source.startswith("tutorial/"):
            words = {one.arg: one.value for one in node.keywords}
            why = words.get("why")
            said_of_it = [*node.args[3:4], *(words[key] for key in _OF_A_LESSON if key in words)]
            said_of_it += why.values if isinstance(why, ast.Dict) else []
            yield from (Text(source, said, "", "") for one in said_of_it if (said := _constant(one)))
        elif name in _PLURAL and len(node.args) > 1:
            singular, plural = (_literal(source, argument) for argument in node.args[:2])
            if singular and plural:
                yield Text(source, singular, plural, "")
        elif name in _MESSAGE_AT and len(node.args) > _MESSAGE_AT[name]:
            message = _literal(source, node.args[_MESSAGE_AT[name]])
            context = _literal(source, node.args[0]) if _MESSAGE_AT[name] else ""
            if message:
                yield Text(source, message, "", context)


def _texts_of_errors(source: str, node: ast.Dict) -> Iterator[Text]:
    """What an Invalid says of one field. Core is left out: it tells a program what is wrong with an answer it sent."""
    named = dict(zip([key and _constant(key) for key in node.keys], node.values, strict=True))
    is_error = {"field", "code", "message"} <= set(named) and not source.startswith("core/")
    if is_error and (said := _constant(named["message"])):
        yield Text(source, said, "", "")


def _texts_of_table(source: str, node: ast.Assign | ast.AnnAssign) -> Iterator[Text]:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if node.value is None or not _TABLE.fullmatch(_name(target)):
        return
    tables = [table for table in ast.walk(node.value) if isinstance(table, ast.Dict)]
    for one in [node.value, *(value for table in tables for value in table.values)]:
        if said := _constant(one):
            yield Text(source, said, "", "")


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _literal(source: str, node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        raise ValueError(f"{source}:{node.lineno}: an f-string cannot be translated")
    return _constant(node)


def refusals_of(codes: Iterable[str]) -> set[str]:
    """The names of `Refusal` and of every class that is one."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for code in codes
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ClassDef)
    }
    known: set[str] = set()
    found = {"Refusal"}
    while found != known:
        known = found
        found = known | {name for name, above in bases.items() if above & known}
    return known


def texts_of_template(source: str, template: str) -> Iterator[Text]:
    """What `translate`, `blocktranslate` and `_("…")` say; `templatize` has blanked out everything else."""
    code = templatize(template, origin=source)
    for found in _CALL.finditer(code):
        yield from texts_of_python(source, _call_at(code, found.start()))


def _call_at(code: str, start: int) -> str:
    """From the name of a function to the bracket that closes its call; brackets inside literals do not count."""
    quote = ""
    depth = 0
    at = start
    while True:
        letter = code[at]
        if quote:
            if letter == "\\":
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                return code[start : at + 1]
        at += 1


_OUTSIDE_SPEECH = re.compile(
    r"(?s)\{% blocktrans.*?\{% endblocktrans(?:late)? %\}|\{% comment %\}.*?\{% endcomment %\}"
    r"|\{% block \w+_class %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
    r"|<(?P<mute>script|style|code)\b.*?</(?P=mute)>|<!doctype[^>]*>"
)
_SHOWN_ATTRIBUTE = re.compile(r'\b(?:aria-label|data-label|data-confirm|title|alt|placeholder)="([^"]*)"')
_SPEAKING_TAG = re.compile(r"\{% (?:page_head|stat|meter|status|empty|bar_chart|line_chart|interval|tabs) .*?%\}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_NAMES = {"Tagwork", "UTC", "CSV", "PDF", "Android", "Windows", "Mac", "iPhone", "iPad"}  # the same in every language


def left_in_english(template: str) -> list[str]:
    """What a template says outside every translation: text, attributes that are shown, literals given to our tags."""
    tags = [re.sub(r'_\("[^"]*"\)', "", tag) for tag in _SPEAKING_TAG.findall(template)]
    found = [literal for tag in tags for literal in re.findall(r'"([^"]*)"', tag) if re.search(r"[A-Z]|\w \w", literal)]
    page = _OUTSIDE_SPEECH.sub("", template)
    found += _SHOWN_ATTRIBUTE.findall(page)
    found += _ANY_TAG.sub("\n", page).split("\n")
    addresses = re.compile(r"&\w+;|^/[\w/]*$")
    return [
        text.strip() for text in found if '=""' not in text and set(_WORD.findall(addresses.sub("", text))) - _NAMES
    ]


def texts() -> list[Text]:
    """Everything the package says, in the order of its files."""
    found: list[Text] = []
    paths = sorted(PACKAGE_DIR.rglob("*"))
    refusals = refusals_of(path.read_text() for path in paths if path.suffix == ".py" and "class" in path.read_text())
    for path in paths:
        source = path.relative_to(PACKAGE_DIR).as_posix()
        if path.suffix == ".py" and "/migrations/" not in source and not source.startswith("jobs/strings"):
            found += texts_of_python(source, path.read_text(), refusals)
        elif path.suffix in (".html", ".txt") and "/templates/" in source:
            found += texts_of_template(source, path.read_text())
    return found


def catalogue(language: str, area: str) -> Path:
    return LOCALE_DIR / language / f"{area}.po"


def read(language: str) -> list[polib.POEntry]:
    """The entries of all areas."""
    return [
        entry
        for area, _ in AREAS
        if catalogue(language, area).exists()
        for entry in polib.pofile(str(catalogue(language, area)), encoding="utf-8")
        if not entry.obsolete
    ]


def update(language: str) -> None:
    """Writes each area's file anew: every text once, in the area that says it first; known translations are kept."""
    known = {(entry.msgid, entry.msgctxt or ""): entry for entry in read(language)}
    files = {area: _empty(language) for area, _ in AREAS}
    order = {area: rank for rank, (area, _) in enumerate(AREAS)}
    sources: dict[tuple[str, str], list[Text]] = {}
    for text in sorted(texts(), key=lambda text: order[area_of(text.source)]):
        sources.setdefault((text.message, text.context), []).append(text)
    for (message, context), places in sources.items():
        before = known.get((message, context))
        plural = next((text.plural for text in places if text.plural), "")
        entry = polib.POEntry(
            msgid=message,
            msgctxt=context or None,
            msgstr="" if plural or before is None else before.msgstr,
            occurrences=[(source, "") for source in dict.fromkeys(text.source for text in places)],
            flags=[] if before is None else [flag for flag in before.flags if flag == "fuzzy"],
        )
        if plural:
            entry.msgid_plural = plural
            forms = before.msgstr_plural if before is not None else {}
            entry.msgstr_plural = {form: forms.get(form, "") for form in range(PLURAL_FORMS[language][0])}
        files[area_of(places[0].source)].append(entry)
    for area, file in files.items():
        if len(file) or catalogue(language, area).exists():
            catalogue(language, area).parent.mkdir(parents=True, exist_ok=True)
            file.save(str(catalogue(language, area)))


def _empty(language: str) -> polib.POFile:
    count, chosen = PLURAL_FORMS[language]
    file = polib.POFile(wrapwidth=118)
    file.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={count}; plural=({chosen});",
    }
    return file


def compile_catalogue(language: str) -> Path:
    """Joins the areas into the one file that Django reads; returns its path."""
    joined = _empty(language)
    seen: set[tuple[str, str]] = set()
    for entry in read(language):
        key = (entry.msgid, entry.msgctxt or "")
        if key not in seen:  # a text that moved to another area since the last `update`
            seen.add(key)
            joined.append(entry)
    target = LOCALE_DIR / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(exist_ok=True)
    unfinished = target.with_suffix(".new")
    joined.save_as_mofile(str(unfinished))
    unfinished.replace(target)  # a running site never reads half of it
    return target


def share(language: str) -> tuple[int, int]:
    """(texts with a finished translation, texts there are)."""
    spoken = {(entry.msgid, entry.msgctxt or "") for entry in read(language) if entry.translated()}
    wanted = {(text.message, text.context) for text in texts()}
    return len(wanted & spoken), len(wanted)


def problems(language: str) -> list[str]:
    """One line for every text whose places or tags differ; in a COMPLETE language also for each not translated."""
    entries = {(entry.msgid, entry.msgctxt or ""): entry for entry in read(language)}
    found: dict[str, None] = {}
    for text in texts():
        entry = entries.get((text.message, text.context))
        where = f"{area_of(text.source)}: {text.message!r}"
        if entry is None or (text.plural and not entry.msgid_plural):
            if language in COMPLETE:
                found[f"{where} is not in the catalogue (run `make strings`)"] = None
        elif entry.fuzzy or not entry.translated():
            if language in COMPLETE:
                found[f"{where} is not translated"] = None
        else:
            found |= dict.fromkeys(f"{where}: {fault}" for fault in _faults(entry, language))
    return list(found)


def _faults(entry: polib.POEntry, language: str) -> Iterator[str]:
    # A language may have more forms than English's two: any of them may be made as either.
    written = [one for one in (entry.msgid, entry.msgid_plural) if one]
    sources = [Counter(_PLACE.findall(one)) for one in written]
    counted = entry.msgstr_plural.items() if entry.msgid_plural else [(None, entry.msgstr)]
    for form, said in counted:
        places = Counter(_PLACE.findall(said))
        # "An hour ago" and "two hours ago" are whole words there: such a form may leave its number out.
        spared = int(form is not None and form in OF_ONE_NUMBER.get(language, ()))
        if all(places - source or (source - places).total() > spared for source in sources):
            yield f"the places for values differ in {said!r}"
        if all(Counter(_TAG.findall(one)) != Counter(_TAG.findall(said)) for one in written):
            yield f"the tags differ in {said!r}"
        message = entry.msgid
        if message[:1].isspace() != said[:1].isspace() or message[-1:].isspace() != said[-1:].isspace():
            yield f"the space at an end differs in {said!r}"
