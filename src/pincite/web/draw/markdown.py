"""How does a model's Markdown become HTML that can be trusted? Parsed without raw HTML and images, then sanitised.

Only the server knows Markdown; the page receives finished HTML by block. Two laws: the blocks rendered one by one are
the whole rendered at once, however the text arrived; and sentences change nothing but what stands around their words.
For sentences are standoff. Blocks are found in the bare text; then each sentence becomes two private-use characters
among the words of a block, where every rule takes them for nothing, and after sanitising a span and citation chips.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from pincite.web.draw import maths
from pincite.web.draw.weave import CODE, END, SIGNS, START, Mark, woven
from pincite.web.words import t

MOST_MARKS = 60_000
LONG_CELL = 32
"""Characters; a cell with more is no narrower than a few words, also where the table is wider than the window then."""
_UNPLAIN = re.compile("[\x00\ud800-\udfff\U000f0000-\U0010ffff]")
_JOINER = "\u2060"


# ── parsing ──


def _is_wide(char: str) -> bool:
    return char in "“”‘’…—·" or (ord(char) >= 0x1100 and unicodedata.east_asian_width(char) in "WFH")


class _State(StateInline):
    """Emphasis that works beside Han and Kana, and that does not see the marks around sentences.

    CommonMark asks for a space between a closing ``**`` after punctuation and the next letter; Chinese and Japanese
    have none (commonmark-spec #650). A wide character is therefore taken as such a space.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 -- the parser's own names
        marker, stop = self.src[start], start
        while stop < self.posMax and self.src[stop] == marker:
            stop += 1
        before, after = self._visible(start - 1, -1), self._visible(stop, 1)
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        punct_before, punct_after = _is_punct(before), _is_punct(after)
        wide_before, wide_after = _is_wide(before), _is_wide(after)
        left = not space_after and (not punct_after or wide_after or space_before or punct_before or wide_before)
        right = not space_before and (not punct_before or wide_before or space_after or punct_after or wide_after)
        can_open = left and (canSplitWord or not right or punct_before)
        can_close = right and (canSplitWord or not left or punct_after)
        return Scanned(can_open, can_close, stop - start)

    def _visible(self, place: int, step: int) -> str:
        while 0 <= place < self.posMax and ord(self.src[place]) >= START:
            place += step
        return self.src[place] if 0 <= place < self.posMax else " "


def _is_punct(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _inline(state: StateCore) -> None:
    """The step from blocks to what is in them, with the marks of ``env`` put in. The blocks were found without them."""
    wanted = _placed(state.tokens, state.src, state.env["marks"]) if state.env.get("marks") else _Wanted()
    state.env["nowhere"] = wanted.nowhere
    for number, token in enumerate(state.tokens):
        if token.type == "inline":
            token.children = _children(state, token.content, wanted.of.get(number, []))
        elif token.type == "fence" and number in wanted.of:
            token.meta["marks"] = "".join(char for _, _, char in wanted.of[number])


def _children(state: StateCore, content: str, inserts: Sequence[_Insert]) -> list[Token]:
    """``content`` parsed, with marks in their places; or, where they would break something, as near as they don't."""
    bare: list[Token] = state.md.inline.parse(content, state.md, state.env, [])
    if not inserts:
        return bare
    shape, forged = _shape(bare)
    for tried in _nearer(inserts, content):
        marked: list[Token] = state.md.inline.parse(_inserted(content, tried), state.md, state.env, [])
        if _shape(marked) == (shape, forged + sum(len(chars) for _, _, chars in inserts)):
            return marked
    return bare


def _unforge(state: StateCore) -> None:
    """A mark spelled as an entity (``&#xF0000;``) is the writer's, not ours."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text_special" and child.info == "entity":
                child.content = SIGNS.sub("\ufffd", child.content)


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    md.inline = _Inline()
    md.enable(["table", "strikethrough"])
    # Reference definitions and setext underlines change blocks that are already on the page; indented code is, in
    # answers, always a list that lost its marker.
    md.disable(["reference", "lheading", "code", "html_block", "html_inline", "image"])
    md.block.ruler.before("fence", "maths", maths.block, {"alt": ["paragraph", "blockquote", "list"]})
    md.inline.ruler.before("escape", "maths", maths.inline)
    md.core.ruler.at("inline", _inline)
    md.core.ruler.before("text_join", "unforge", _unforge)
    clean: Callable[[str], str] = md.normalizeLink
    md.normalizeLink = lambda url: clean(SIGNS.sub("", url))  # type: ignore[method-assign]
    for name in ("heading_open", "heading_close", "link_open", "link_close", "table_open", "table_close"):
        md.add_render_rule(name, globals()[f"_{name}"])
    for name, rule in (("fence", _fence), ("math", _math), ("th_open", _cell_open), ("td_open", _cell_open)):
        md.add_render_rule(name, rule)
    return md


# ── rendering of single tokens ──
# ruff: noqa: ARG001 -- the parser calls every rule with the same five arguments


def _fence(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[idx]
    language = token.info.split()[0] if token.info.split() else ""
    below = f"<p>{token.meta['marks']}</p>\n" if "marks" in token.meta else ""
    return (
        f'{CODE}<div class="code-head"><span class="language">{escape(language or "text")}</span>'
        f'<button type="button" class="copy-code">{escape(t("Copy"))}</button></div>'
        f'<pre tabindex="0"><code>{escape(token.content, quote=False)}</code></pre></div>\n{below}'
    )


def _level(token: Token, env: EnvType) -> int:
    """Two levels under the question: that of the answer's first heading, and one deeper. So none is ever skipped."""
    below: int = env["level"]
    first: int = env["first"] or int(token.tag[1])
    return min(6, below + 1 + (int(token.tag[1]) > first))


def _heading_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return f"<h{_level(tokens[idx], env)}>"


def _heading_close(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return f"</h{_level(tokens[idx], env)}>\n"


def _link_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return f'<a href="{escape(str(tokens[idx].attrGet("href") or ""))}">'


def _link_close(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """The host in words after the link, unless the link says it itself: a reader sees where it goes."""
    opening = next(i for i in range(idx, -1, -1) if tokens[i].type == "link_open")
    said = SIGNS.sub("", "".join(token.content for token in tokens[opening:idx]))
    host = _host(str(tokens[opening].attrGet("href") or ""))
    return "</a>" if not host or host in said else f'</a><span class="host"> ({escape(host)})</span>'


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _table_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _table_close(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>\n"


def _math(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """What is drawn after sanitising. A sentence that ends or begins within a formula has its sign beside it."""
    token = tokens[idx]
    signs = SIGNS.findall(token.content)
    begin, end = ("".join(sign for sign in signs if (ord(sign) < END) == begins) for begins in (True, False))
    kind = "maths" if token.markup in {r"\(", "$"} else "maths display"
    return f'{begin}<code class="{kind}">{escape(SIGNS.sub("", token.content), quote=False)}</code>{end}'


def _cell_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """Alignment by class: a strict content security policy refuses ``style``. What is long keeps some width."""
    token = tokens[idx]
    align = str(token.attrGet("style") or "").removeprefix("text-align:")
    long = len(tokens[idx + 1].content) > LONG_CELL
    css = " ".join([align] * (align in {"left", "center", "right"}) + ["long"] * long)
    return f'<{token.tag} class="{css}">' if css else f"<{token.tag}>"


_MD = _parser()

_TAGS = "p br strong em s code pre ul ol li blockquote h2 h3 h4 h5 h6 hr table thead tbody tr th td a span div button"

_UNMADE_TABLE = re.compile(r"(?:(?<=\n\n)|^)\|[^\n]{0,300}(?:\n[ |:-]*)?\Z")
"""A line that begins with a bar, and no whole line under it that would make it the head of a table."""
_MATHS = re.compile(r'<code class="maths( display)?">([^<]*)</code>')

_CLEAN = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={
        "a": {"href"},
        "div": {"class", "tabindex"},
        "pre": {"tabindex"},
        "span": {"class"},
        "button": {"class", "type"},
        "code": {"class"},
        "ol": {"start"},
        "th": {"class"},
        "td": {"class"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow ugc",
    strip_comments=True,
)


# ── the face ──


def plain(text: str) -> str:
    """``text`` with nothing that could be taken for one of our marks; the same length, so spans still fit."""
    return _UNPLAIN.sub("\ufffd", text).replace("\r", " ")


def shown(text: str) -> int:
    """Up to where what is still written can be shown: the head of a table that is not one yet is bars and dashes."""
    unmade = _UNMADE_TABLE.search(text)
    return unmade.start() if unmade else len(text)


def cuts(text: str) -> list[int]:
    """Where the blocks of ``text`` begin after the first; what lies before the last cut never changes again.

    Only whole lines can cut, for half a line may still become something else. Linear.
    """
    whole = text[: text.rfind("\n") + 1]
    if not whole:
        return []
    starts = [token.map[0] for token in _blocks(whole) if token.level == 0 and token.nesting >= 0 and token.map]
    places = [0]
    for line in whole.split("\n"):
        places.append(places[-1] + len(line) + 1)
    return [places[start] for start in starts[1:]]


def _blocks(text: str) -> list[Token]:
    tokens: list[Token] = []
    _MD.block.parse(text, _MD, {}, tokens)
    return tokens


def first_heading(text: str) -> int:
    """The level of the first heading that ``text`` writes, 0 without one."""
    return next((int(token.tag[1]) for token in _blocks(text) if token.type == "heading_open"), 0)


def render(text: str, marks: Sequence[Mark] = (), *, level: int = 1, first: int = 0) -> str:
    """``text``, which is ``plain``, as safe HTML. ``marks`` lie inside it, in order.

    ``level`` is the heading level of the question above; ``first`` is ``first_heading`` of the whole answer.
    """
    env: dict[str, Any] = {"level": level, "first": first, "marks": marks}
    clean = _CLEAN.clean(_MD.render(text, env))
    html = _MATHS.sub(lambda found: maths.drawn(unescape(found[2]), display=bool(found[1])), clean)
    return woven(html, marks, env["nowhere"]) if marks else html


# ── sentences ──

_Insert = tuple[int, int, str]
"""A place in a block's content, 0 for what ends and 1 for what begins there, and the marks."""


@dataclass
class _Wanted:
    of: defaultdict[int, list[_Insert]] = field(default_factory=lambda: defaultdict(list))
    """The marks that belong into a token, by its number."""
    nowhere: set[int] = field(default_factory=set)
    """Sentences that are code, and of which nothing is told."""


@dataclass(frozen=True)
class _Stretch:
    """A piece of the text, and where it stands: in which token, and from which place of its content on."""

    start: int
    end: int
    token: int
    at: int = 0

    def place(self, offset: int) -> int:
        return self.at + min(max(offset, self.start), self.end) - self.start


def _placed(tokens: Sequence[Token], text: str, marks: Sequence[Mark]) -> _Wanted:
    """Where each mark goes: around the words of its sentence; its end, below the code that the sentence ends with.

    A sentence that is neither (a line of rules) stands behind the words before it.
    """
    words, fences = _stretches(tokens, text)
    starts, ends = [one.start for one in words], [one.end for one in words]
    fence_starts = [one.start for one in fences]
    wanted = _Wanted()
    for number, mark in enumerate(marks[:MOST_MARKS]):
        begin, end = chr(START + number), chr(END + number)
        first, last = bisect_right(ends, mark.start), bisect_left(starts, mark.end) - 1
        code = fences[bisect_left(fence_starts, mark.end) - 1] if fences and fences[0].start < mark.end else None
        if code and (code.end <= mark.start or (first <= last and words[last].start > code.start)):
            code = None
        told = mark.after and not mark.of_words
        if first <= last:
            wanted.of[words[first].token].append((words[first].place(mark.start), 1, begin))
        if code and told:
            wanted.of[code.token].append((0, 0, end if first <= last else begin + end))
        elif first <= last:
            wanted.of[words[last].token].append((words[last].place(mark.end), 0, end))
        elif code:
            wanted.nowhere.add(number)
        elif words:
            near = words[max(last, 0)]
            wanted.of[near.token].append((near.place(mark.end), 0, begin + end))
    return wanted


def _stretches(tokens: Sequence[Token], text: str) -> tuple[list[_Stretch], list[_Stretch]]:
    """The words of all blocks, and the code fences, in the order of the text."""
    rows = [0]
    for line in text.split("\n"):
        rows.append(rows[-1] + len(line) + 1)
    words: list[_Stretch] = []
    fences: list[_Stretch] = []
    for number, token in enumerate(tokens):
        if token.type == "fence" and token.map:
            fences.append(_Stretch(rows[token.map[0]], rows[token.map[1]] - 1, number))
        elif token.type == "inline" and token.map:
            lines = rows[token.map[0] : token.map[1] + 1]
            if tokens[number - 1].type in {"th_open", "td_open"}:
                lines[0] = max(lines[0], words[-1].end if words else 0)
                found = _of_cell(token.content, text, lines)
            else:
                found = _of_lines(token.content, text, lines)
            words += [_Stretch(start, start + length, number, at) for at, start, length in found]
    return words, fences


def _of_lines(content: str, text: str, lines: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """For each line of ``content``: its place there, where the text has it, and its length. Each is the end of a line
    of the text, but for blanks and the signs that close a heading."""
    row = at = 0
    for piece in content.split("\n"):
        bare, place = piece.strip(), -1
        while place < 0 and row < len(lines) - 1:
            place = text.rfind(bare, lines[row], lines[row + 1])
            row += 1
        if bare and place >= 0:
            yield at + piece.index(bare), place, len(bare)
        at += len(piece) + 1


def _of_cell(content: str, text: str, lines: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The same of a table's cell, which stands behind ``lines[0]`` in its row. A bar in it was written ``\\|``."""
    at, done = 0, lines[0]
    for piece in content.split("|"):
        place = text.find(piece, done, lines[-1])
        if piece and place >= 0:
            yield at, place, len(piece)
            done = place + len(piece)
        at += len(piece) + 1


def _inserted(content: str, inserts: Sequence[_Insert]) -> str:
    pieces, done = [], 0
    for place, _, chars in sorted(inserts, key=lambda one: one[:2]):
        pieces += [content[done:place], chars]
        done = place
    return "".join([*pieces, content[done:]])


def _nearer(inserts: Sequence[_Insert], content: str) -> Iterator[Sequence[_Insert]]:
    """The marks where they belong; moved outwards to a blank, out of an address or a run of signs; at the edges."""
    yield inserts
    blanks = [-1, *(match.start() for match in re.finditer(r"\s", content)), len(content)]
    yield [
        (blanks[bisect_left(blanks, at) - 1] + 1 if begins else blanks[bisect_left(blanks, at)], begins, chars)
        for at, begins, chars in inserts
    ]
    yield [(0 if begins else len(content), begins, chars) for _, begins, chars in inserts]


def _shape(children: Sequence[Token]) -> tuple[list[tuple[str, str, str]], int]:
    """What a reader sees of a block's content, without marks; and how many marks stand among its words."""
    shape: list[tuple[str, str, str]] = []
    marks = 0
    for token in children:
        words = SIGNS.sub("", token.content)
        marks += len(token.content) - len(words)
        kind = "text" if token.type == "text_special" else token.type
        if kind != "text":
            shape.append((kind, words, str(token.attrGet("href") or "")))
        elif shape and shape[-1][0] == "text":
            shape[-1] = ("text", shape[-1][1] + words, "")
        elif words:
            shape.append(("text", words, ""))
    return shape, marks


def chip(href: str, label: str, text: str, data: Mapping[str, str], kind: str = "") -> str:
    """A citation: a link that never starts a line and never leaves its full stop alone. Escapes what it is given."""
    extra = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    css = f"chip {kind}".rstrip()
    return (
        f'{_JOINER}<a class="{css}" href="{escape(href)}" aria-label="{escape(label)}"{extra}>'
        f"{escape(text)}</a>{_JOINER}"
    )
