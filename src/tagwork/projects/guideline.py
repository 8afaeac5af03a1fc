"""Guideline text to safe HTML with addressable clauses, and the difference between two versions. Pure, deterministic.

Markdown is CommonMark with tables and strikethrough, without raw HTML and without pictures (a remote picture would tell
a stranger who reads the page; examples are uploaded instead). What the renderer made still goes through an allow-list.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Comparing is quadratic at worst; these keep the worst of it under a second.
MAX_CHARACTERS: Final = 50_000
MAX_BLOCKS: Final = 1_500
MAX_COMPARED_WORDS: Final = 600
PARTNERS_LOOKED_AT: Final = 6
PREAMBLE_ID: Final = "c0"
PREAMBLE_TITLE: Final = "In general"
# Below this likeness two paragraphs are shown as one removed and one added: a word-by-word mix would not be readable.
SAME_PARAGRAPH_RATIO: Final = 0.4

_TAGS: Final = {
    *("section", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "pre", "blockquote", "hr", "br"),
    *("strong", "em", "s", "del", "ins", "code", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {"section": {"id"}, "a": {"href", "title"}, "ol": {"start"}}
_HEADING_TAGS: Final = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 7)}
_BLOCK_NAMES: Final = {"paragraph_open": "p", "heading_open": "heading", "th_open": "cell", "td_open": "cell"}


@dataclass(frozen=True)
class Clause:
    id: str
    title: str


@dataclass(frozen=True)
class Rendered:
    """`html` is sanitised: one `<section id="c1">` per clause; headings start at h2, since the page has its own h1."""

    html: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Block:
    """A piece of text that is compared as one: a paragraph, heading, list entry, table cell or code block."""

    clause: str
    kind: str
    text: str


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def render(markdown: str) -> Rendered:
    """Clauses in order: text before the first heading is c0, then every top-level heading begins c1, c2, …"""
    parser = _parser()
    tokens = parser.parse(markdown)
    clauses: list[Clause] = []
    parts: list[str] = []
    for identifier, title, inside in _sections(tokens):
        clauses.append(Clause(identifier, title))
        for token in inside:
            token.tag = _HEADING_TAGS.get(token.tag, token.tag)
        parts.append(f'<section id="{identifier}">{parser.renderer.render(inside, parser.options, {})}</section>')
    return Rendered(sanitised("\n".join(parts)), tuple(clauses))


def sanitised(text: str) -> str:
    """Only the tags and attributes a guideline needs; links to http, https and mailto, never followed by crawlers."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _sections(tokens: Sequence[Token]) -> Iterable[tuple[str, str, list[Token]]]:
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    before = list(tokens[: starts[0]] if starts else tokens)
    if before:
        yield PREAMBLE_ID, PREAMBLE_TITLE, before
    for number, (start, end) in enumerate(pairwise([*starts, len(tokens)]), 1):
        title = _plain(tokens[start + 1]) or f"Clause {number}"
        yield f"c{number}", title[:200], list(tokens[start:end])


def _plain(inline: Token) -> str:
    """The words of an inline token without their marks."""
    pieces = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def block_count(markdown: str) -> int:
    """How many pieces a comparison would look at; a version with more than MAX_BLOCKS is refused."""
    return len(_blocks(markdown))


def _blocks(markdown: str) -> list[Block]:
    blocks = []
    for identifier, _title, tokens in _sections(_parser().parse(markdown)):
        for at, token in enumerate(tokens):
            if token.type in ("fence", "code_block"):
                blocks.append(Block(identifier, "pre", token.content))
            elif token.type == "inline":
                kind = _BLOCK_NAMES.get(tokens[at - 1].type, "p")
                is_entry = kind == "p" and at >= 2 and tokens[at - 2].type == "list_item_open"
                blocks.append(Block(identifier, "entry" if is_entry else kind, _compared(token)))
    return blocks


def _compared(inline: Token) -> str:
    """The words with the addresses of links, so that a link that changed alone is a change."""
    links = [f" ({child.attrGet('href')})" for child in inline.children or [] if child.type == "link_open"]
    return _plain(inline) + "".join(links)


def clause_texts(markdown: str) -> dict[str, str]:
    """The words of each clause by its id, without its heading: what a search for a name looks through."""
    texts: dict[str, list[str]] = {}
    for identifier, _title, _tokens in _sections(_parser().parse(markdown)):
        texts[identifier] = []
    for block in _blocks(markdown):
        if block.kind != "heading":
            texts[block.clause].append(block.text)
    return {identifier: "\n".join(found) for identifier, found in texts.items()}


def difference(old: str, new: str) -> str:
    """Sanitised HTML of what changed from `old` to `new`, with <ins> and <del>; "" when the words are the same.

    Only clauses that changed are shown, each under its heading; formatting is left out, the text is what is compared.
    """
    before, after = _blocks(old), _blocks(new)
    # Clause numbers are not compared: a clause put in front would make everything behind it look changed.
    matcher = SequenceMatcher(
        None, [(b.kind, b.text) for b in before], [(b.kind, b.text) for b in after], autojunk=False
    )
    shown: list[str] = []
    unshown_heading: Block | None = None
    for operation, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        came = after[new_start:new_end]
        if operation == "equal":
            unshown_heading = next((block for block in reversed(came) if block.kind == "heading"), unshown_heading)
            continue
        went = before[old_start:old_end]
        if unshown_heading and (went + came)[0].kind != "heading":
            shown.append(_wrapped("heading", html.escape(unshown_heading.text)))
        unshown_heading = None
        shown.extend(_replaced(went, came))
    return sanitised("\n".join(shown))


def _replaced(old: Sequence[Block], new: Sequence[Block]) -> Iterable[str]:
    """Blocks that stand for one another are compared word by word, in order; the rest went or came whole."""
    remaining = list(new)
    for block in old:
        near = enumerate(remaining[:PARTNERS_LOOKED_AT])
        partner = next((at for at, other in near if other.kind == block.kind and _are_alike(block, other)), None)
        if partner is None:
            yield _wrapped(block.kind, f"<del>{html.escape(block.text)}</del>")
            continue
        for added in remaining[:partner]:
            yield _wrapped(added.kind, f"<ins>{html.escape(added.text)}</ins>")
        yield _wrapped(block.kind, _words(block.text, remaining[partner].text))
        del remaining[: partner + 1]
    for added in remaining:
        yield _wrapped(added.kind, f"<ins>{html.escape(added.text)}</ins>")


def _are_alike(one: Block, other: Block) -> bool:
    words, others = one.text.split(), other.text.split()
    if max(len(words), len(others)) > MAX_COMPARED_WORDS:
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= SAME_PARAGRAPH_RATIO


def _words(old: str, new: str) -> str:
    before, after = re.findall(r"\s+|\w+|[^\w\s]", old), re.findall(r"\s+|\w+|[^\w\s]", new)
    parts = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = html.escape("".join(before[a:b])), html.escape("".join(after[c:d]))
        if operation == "equal":
            parts.append(added)
            continue
        if removed:
            parts.append(f"<del>{removed}</del>")
        if added:
            parts.append(f"<ins>{added}</ins>")
    return "".join(parts)


def _wrapped(kind: str, inside: str) -> str:
    if kind == "heading":
        return f"<h3>{inside}</h3>"
    if kind == "pre":
        return f"<pre>{inside}</pre>"
    return f"<p>{'• ' if kind == 'entry' else ''}{inside}</p>"
