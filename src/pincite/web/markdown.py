"""How does a model's Markdown become HTML that can be trusted? Parsed without raw HTML and images, then sanitised.

Only the server knows Markdown; the page receives finished HTML by block. Law: the blocks rendered one by one are the
whole rendered at once, however the text arrived. Sentences are standoff, so they travel through the parser as two
private-use characters each, transparent to every rule, and become spans and citation chips after sanitising.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
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

from pincite.web.words import t

START, END = 0xF0000, 0x100000
"""First code points of the marks around sentence i: planes 15 and 16 are private and in no font."""
MOST_MARKS = 60_000
_MARKS = re.compile("[\U000f0000-\U0010ffff]")
_UNPLAIN = re.compile("[\x00\ud800-\udfff\U000f0000-\U0010ffff]")
_JOINER = "\u2060"


@dataclass(frozen=True)
class Mark:
    """A sentence in the text: how its words are wrapped, and what follows it (safe HTML, inserted as it is)."""

    start: int
    end: int
    attributes: str
    after: str


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


def _unforge(state: StateCore) -> None:
    """A mark spelled as an entity (``&#xF0000;``) is the writer's, not ours; marks inside code blocks serve nobody."""
    for token in state.tokens:
        if token.type == "fence":
            token.content, token.info = _MARKS.sub("", token.content), _MARKS.sub("", token.info)
        for child in token.children or ():
            if child.type == "text_special":
                child.content = _MARKS.sub("\ufffd", child.content)


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    md.inline = _Inline()
    md.enable(["table", "strikethrough"])
    # Reference definitions and setext underlines change blocks that are already on the page; indented code is, in
    # answers, always a list that lost its marker.
    md.disable(["reference", "lheading", "code", "html_block", "html_inline", "image"])
    md.core.ruler.before("text_join", "unforge", _unforge)
    clean: Callable[[str], str] = md.normalizeLink
    md.normalizeLink = lambda url: clean(_MARKS.sub("", url))  # type: ignore[method-assign]
    for name in ("fence", "heading_open", "heading_close", "link_open", "link_close", "table_open", "table_close"):
        md.add_render_rule(name, globals()[f"_{name}"])
    for name in ("th_open", "td_open"):
        md.add_render_rule(name, _cell_open)
    return md


# ── rendering of single tokens ──
# ruff: noqa: ARG001 -- the parser calls every rule with the same five arguments


def _fence(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[idx]
    language = token.info.split()[0] if token.info.split() else ""
    return (
        f'<div class="code"><div class="code-head"><span class="language">{escape(language or "text")}</span>'
        f'<button type="button" class="copy-code">{escape(t("Copy"))}</button></div>'
        f'<pre tabindex="0"><code>{escape(token.content, quote=False)}</code></pre></div>\n'
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
    said = "".join(token.content for token in tokens[opening:idx])
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


def _cell_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """Alignment by class: a strict content security policy refuses ``style``."""
    token = tokens[idx]
    align = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{token.tag} class="{align}">' if align in {"left", "center", "right"} else f"<{token.tag}>"


_MD = _parser()

_TAGS = "p br strong em s code pre ul ol li blockquote h2 h3 h4 h5 h6 hr table thead tbody tr th td a span div button"

_CLEAN = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={
        "a": {"href"},
        "div": {"class", "tabindex"},
        "pre": {"tabindex"},
        "span": {"class"},
        "button": {"class", "type"},
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
    html = _CLEAN.clean(_MD.render(_marked(text, marks), {"level": level, "first": first}))
    return _woven(html, marks) if marks else html


# ── sentences ──

_LEAD = re.compile(r"[ \t]*(?:>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+|#{1,6}[ \t]+|\|[ \t]*|[ \t]+)*")
_RULE = re.compile(r"[\s|:=\-*_]*$")
_TRAIL = re.compile(r"[ \t]*\|?\s*$")


def _marked(text: str, marks: Sequence[Mark]) -> str:
    """``text`` with a start and an end character for each mark, moved to where block syntax can't see them."""
    inserts: list[tuple[int, int, str]] = []
    for number, mark in enumerate(marks[:MOST_MARKS]):
        start, end = _inner_start(text, mark.start), _inner_end(text, mark.end)
        if start < end:
            inserts.append((start, 1, chr(START + number)))
            inserts.append((end, 0, chr(END + number)))
    pieces, done = [], 0
    for place, _, char in sorted(inserts):
        pieces += [text[done:place], char]
        done = place
    return "".join([*pieces, text[done:]])


def _inner_start(text: str, start: int) -> int:
    """Past the list marker, heading sign, quote sign or table bar that opens the line; past a line of rules only."""
    while True:
        line = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", line)
        if stop >= 0 and _RULE.match(text, line, stop):
            start = stop + 1
            continue
        lead = _LEAD.match(text, line)
        return max(start, lead.end() if lead else line)


def _inner_end(text: str, end: int) -> int:
    """Before the bar that closes a table row; never on a line of rules only."""
    while True:
        line = text.rfind("\n", 0, end) + 1
        stop = text.find("\n", line)
        if line > 0 and _RULE.match(text, line, len(text) if stop < 0 else stop):
            end = line - 1
            continue
        if text[line:end].lstrip().startswith("|"):
            trail = _TRAIL.search(text, line, end)
            return trail.start() if trail else end
        return end


_PIECE = re.compile(r'<(?:"[^"]*"|[^>"])*>|[^<]+')
_MARK_OR_TEXT = re.compile("[\U000f0000-\U0010ffff]|[^\U000f0000-\U0010ffff]+")
_TAIL_TAGS = re.compile(r"(?:</[a-z0-9]+>\s*)+$")
_HOLDS = frozenset({"a", "pre", "code", "button"})


class _Weaver:
    """Walks through sanitised HTML; wraps each run of words of an open sentence and sets its chips at its end.

    Runs, not whole sentences: a sentence may cross emphasis, list items and table cells, an element may not.
    Chips wait for the end of a link or of code, where they can't stand.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._open: list[int] = []
        self._held: list[str] = []
        self._inside = 0
        self._done: set[int] = set()
        self._seen: set[int] = set()
        self.out: list[str] = []

    def tag(self, tag: str) -> None:
        self.out.append(tag)
        name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0]
        if name in _HOLDS:
            self._inside += -1 if tag.startswith("</") else 1
            if self._inside == 0:
                self.out += self._held
                self._held.clear()

    def text(self, text: str) -> None:
        for piece in _MARK_OR_TEXT.findall(text):
            code = ord(piece[0])
            if code >= END:
                self._close(code - END)
            elif code >= START:
                self._begin(code - START)
            else:
                self._words(piece)

    def _begin(self, number: int) -> None:
        if number < len(self._marks) and number not in self._seen:
            self._seen.add(number)
            self._open.append(number)

    def _close(self, number: int) -> None:
        if number in self._done or number not in self._seen:
            return
        self._done.add(number)
        if number in self._open:
            self._open.remove(number)
        (self._held if self._inside else self.out).append(self._marks[number].after)

    def _words(self, words: str) -> None:
        if self._open and words.strip():
            self.out += [f"<span {self._marks[self._open[-1]].attributes}>", words, "</span>"]
        else:
            self.out.append(words)

    def finish(self) -> str:
        """The HTML; what could not stand in its place (its mark fell into a link's address …) stands at the end."""
        html = "".join(self.out)
        lost = "".join(mark.after for number, mark in enumerate(self._marks) if number not in self._done)
        tail = _TAIL_TAGS.search(html)
        place = tail.start() if tail else len(html)
        return html[:place] + lost + html[place:]


def _woven(html: str, marks: Sequence[Mark]) -> str:
    weaver = _Weaver(marks)
    for piece in _PIECE.findall(html):
        if piece.startswith("<"):
            weaver.tag(piece)
        else:
            weaver.text(piece)
    return weaver.finish()


def chip(href: str, label: str, text: str, data: Mapping[str, str], kind: str = "") -> str:
    """A citation: a link that never starts a line and never leaves its full stop alone. Escapes what it is given."""
    extra = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    css = f"chip {kind}".rstrip()
    return (
        f'{_JOINER}<a class="{css}" href="{escape(href)}" aria-label="{escape(label)}"{extra}>'
        f"{escape(text)}</a>{_JOINER}"
    )
