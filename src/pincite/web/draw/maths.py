r"""How is a formula drawn? TeX, as models write it, becomes MathML, which browsers draw and screen readers read.

``\(…\)`` and ``$…$`` stand in their line, ``\[…\]`` and ``$$…$$`` on their own. Sanitised on the way, by building: of
what the converter makes only elements and attributes of MathML Core that can't act are kept. What it does not know is
shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST = 2_000
"""Characters of a formula that is drawn; a longer one is shown as it was written."""

_FORMULA = {
    r"\(": re.compile(r"\\\(((?:[^\n\\]|\\[^()\n]|\n(?!\s*\n)){1,2000}?)\\\)"),
    r"\[": re.compile(r"\\\[((?:[^\n\\]|\\[^\[\]\n]|\\?\n(?!\s*\n)){1,2000}?)\\\]"),
    "$$": re.compile(r"\$\$((?:[^\n$\\]|\\[^\n]|\\?\n(?!\s*\n)){1,2000}?)\$\$"),
    "$": re.compile(r"\$(?=[^\s$])((?:[^\n$\\]|\\[^\n]){1,2000}?)(?<=\S)\$(?![^\W_]|\$)"),
}
"""What stands between the signs that open a formula and those that close it; never a blank line."""
_CLOSING = {r"\[": r"\]", "$$": "$$"}
_SIGN = re.compile(r"[\\^_{}=<>+]")
_WORD = re.compile(r"[^\W\d_]{2}")


# ── finding ──


def inline(state: StateInline, silent: bool) -> bool:
    """A formula among words."""
    opening = next((signs for signs in _FORMULA if state.src.startswith(signs, state.pos)), None)
    found = _FORMULA[opening].match(state.src, state.pos, state.posMax) if opening else None
    if opening is None or found is None or not _is_formula(found[1], opening):
        return False
    if opening == "$" and state.pos and state.src[state.pos - 1].isalnum():
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content, token.markup = found[1], opening
    state.pos = found.end()
    return True


def _is_formula(tex: str, opening: str) -> bool:
    r"""Not *from $5 (about €4) to 10$*, ``\(see below\)`` or ``\[1\]``, which are words with signs before brackets."""
    bare = tex.strip()
    return bool(_SIGN.search(bare) or (bare and not _WORD.search(bare) and not (opening == r"\[" and bare.isdigit())))


def block(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803 -- the parser's own names
    """A formula that begins a line: a paragraph of its own, so that no line of it is taken for a list or a rule.

    It ends as a paragraph does, or behind the signs that close it.
    """
    first = _line(state, startLine)
    signs = next((closing for opening, closing in _CLOSING.items() if first.startswith(opening)), None)
    if signs is None:
        return False
    if silent:
        return True
    state.line = startLine + 1
    closed = len(first) > len(signs) and first.endswith(signs)
    while not closed and state.line < endLine and not state.isEmpty(state.line):
        if state.sCount[state.line] < state.blkIndent:
            break
        closed = _line(state, state.line).endswith(signs)
        state.line += 1
    rows = [startLine, state.line]
    state.push("paragraph_open", "p", 1).map = rows
    words = state.push("inline", "", 0)
    words.map, words.children = rows, []
    words.content = state.getLines(startLine, state.line, state.blkIndent, False).strip()
    state.push("paragraph_close", "p", -1)
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


# ── drawing ──

WIDE = '<span class="formula" tabindex="0">'
"""Opens what scrolls sideways if the formula is wider than the page."""

_KEPT = frozenset(
    """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd menclose""".split()
)
_ATTRIBUTES = frozenset(
    """display displaystyle scriptlevel mathvariant stretchy fence form accent accentunder minsize maxsize lspace rspace
    linethickness columnalign width height depth voffset notation largeop movablelimits separator symmetric""".split()
)
_NAMES = {"aligned": "align*", "gathered": "align*", "dcases": "cases"}
"""Environments that the converter does not know, by those that look the same."""
_ENVIRONMENT = re.compile(r"(\\(?:begin|end)\{)(aligned|gathered|dcases)\}")


class _Unknown(Exception):
    """A command or an element that is not drawn."""


@lru_cache(maxsize=1024)
def drawn(tex: str, *, display: bool) -> str:
    """``tex`` as a ``math`` element, or as code where it is too long or holds what is not known. Always safe HTML."""
    try:
        if len(tex) > LONGEST:
            raise _Unknown
        known = _ENVIRONMENT.sub(lambda found: f"{found[1]}{_NAMES[found[2]]}}}", tex)
        made = convert_to_element(known.strip(), display="block" if display else "inline")
        made.set("alttext", tex.strip())
        math = "".join(_written(made))
    except Exception:  # the converter fails in many ways on what is no TeX, and none may cost the answer
        return f'<code class="tex">{escape(tex.strip(), quote=False)}</code>'
    return f"{WIDE}{math}</span>" if display else math


def _written(element: Element) -> Iterator[str]:
    name = element.tag
    if name not in _KEPT:
        raise _Unknown(name)
    kept = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
    if name == "math":
        kept["alttext"] = element.attrib["alttext"]
    yield "".join([f"<{name}", *(f' {key}="{escape(unescape(value))}"' for key, value in kept.items()), ">"])
    words = unescape(element.text or "")
    if words.startswith("\\") and len(words) > 1:
        raise _Unknown(words)
    yield escape(words, quote=False)
    for child in element:
        yield from _written(child)
    yield f"</{name}>"
