"""A translated page promises what the English one promises: the same numbers, links and parts, in the same places."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import tagwork.web
from tests.web.test_public import PAGES, Anchors

FOLDER = Path(tagwork.web.__file__).parent / "templates/web/public"
TRANSLATED = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("??/*.html") if path.name != "original.html"
)
BINDING = ("privacy", "rules", "terms")
# What a translation says in its own words or by its own file.
OWN = re.compile(r"\{% (?:page_head|include|load) [^%]*%\}|\{#.*?#\}")


class Parts(HTMLParser):
    """The elements in their order, each with what it is called, where it leads and how it looks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found.append((tag, *(named.get(name) or "" for name in ("id", "class", "href", "scope"))))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}",))


def values(page: str) -> Counter[str]:
    return Counter(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", OWN.sub("", page)))


def includes(page: str, language: str) -> list[str]:
    named = [name.replace(f"/{language}/", "/") for name in re.findall(r'\{% include "([^"]+)"', page)]
    return [name for name in named if name != "web/public/original.html"]


@pytest.mark.parametrize("name", TRANSLATED)
def test_it_has_the_parts_and_the_numbers_of_the_english_page(name: str) -> None:
    language, _, english = name.partition("/")
    original, translated = (FOLDER / english).read_text(), (FOLDER / name).read_text()
    assert values(translated) == values(original)
    assert includes(translated, language) == includes(original, language)
    assert Parts(OWN.sub("", translated)).found == Parts(OWN.sub("", original)).found


@pytest.mark.parametrize("language", ["es"])
def test_every_page_is_translated_and_the_binding_ones_say_which_version_decides(language: str) -> None:
    for name in (*BINDING, "help"):
        page = (FOLDER / language / f"{name}.html").read_text()
        assert (f'{{% include "web/public/{language}/original.html" %}}' in page) == (name in BINDING)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_whoever_chose_spanish_reads_spanish(client: Client, path: str) -> None:
    spoken = client.get(path, headers={"accept-language": "es"}).content.decode()
    translation.activate("en")
    english = client.get(path).content.decode()
    assert '<html lang="es"' in spoken and '<html lang="en"' in english
    titles = [re.findall(r"<h1>(.*?)</h1>", page) for page in (spoken, english)]
    assert titles[0] != titles[1]
    assert Anchors(spoken).ids == Anchors(english).ids
