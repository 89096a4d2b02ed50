"""How do models write a citation?

All are asked to write ``[1]``; here is what they write instead. Pure functions over a few characters; ``marks.py``
decides when enough of them have come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pincite.types import Document

LIMIT = 40
"""Characters from bracket to bracket; a longer one is no mark."""
PAIRS = {"[": "]", "【": "】", "［": "］", "〔": "〕"}
JOINT_LIMIT = 6
FOLLOWING = 16
"""Characters behind a mark that tell whether it is a word of its sentence."""
BEFORE = 120
"""Characters before it that do."""

_RANGE_LIMIT = 20
_TITLE_LIMIT = 80

_KEYWORDS = ("citations", "citation", "cite", "sources", "source", "references", "reference", "refs", "ref", "passage")
_KEYWORD = rf"(?:(?:{'|'.join(_KEYWORDS)})\s*[:#.]?\s*)?"
_DASH = r"‐‑‒–—−\-"
_NUMBER = rf"{_KEYWORD}\^?#?\d{{1,3}}\^?"
_MARK = re.compile(
    rf"\[?\s*({_NUMBER}(?:\s*(?:[,;&{_DASH}]|\band\b|\bto\b)\s*{_NUMBER})*)\s*(?:†[^\]】\n]*)?\]?\s*", re.IGNORECASE
)
_WITHIN = re.compile(rf"[\[\s\d,;:&#.^\\{_DASH}\]a-z]*", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_PART = re.compile(rf"(\d{{1,3}})\^?(?:\s*(?:[{_DASH}]|\bto\b)\s*{_KEYWORD}\^?(\d{{1,3}}))?", re.IGNORECASE)

_GROUPED = re.compile(rf"\s*(?:see )?(?:[\[【]|(?:{'|'.join(_KEYWORDS)})\b)", re.IGNORECASE)
_NEXT_MARK = re.compile(r"[\]】]\s*(?:[,;&]\s*)?[\[【]")
JOINT = re.compile(rf"(?:[,;&{_DASH}]|(?:, ?)?and\b)[ \t]?(?=[\[【])")

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUPERSCRIPT_LIMIT = 64
_LISTED = r"(\[?)(\d{1,2}(?:, ?\d{1,2})*)\]?(?:\([^()\s<>]{0,40}\))?"
_SUPERSCRIPT = re.compile(rf"<sup>{_LISTED}</sup>|\^{_LISTED}\^|([{RAISED}]{{1,2}})(?![{RAISED}⁺⁻])")
_LOWERED = str.maketrans(RAISED, "0123456789")
_RAISABLE = re.compile(r"(?:[^\W\d_]{4,}|[.,!?)”\"])$")
_QUANTITY = re.compile(r"\d[ \u00a0\u202f]?[^\W\d_]+$")

_SPOKEN_OF = re.compile(
    r"(?:(?:^|[^\w])(?:according to|based on|refers? to|as \w+ (?:in|by)|see|cf\.|laut|gemäß|siehe|vgl\.|selon"
    r"|d['’]après|voir|según|secondo|segundo|conforme|volgens|zie|согласно)"
    r"|(?:^|[.!?:]\s|\n|\b(?:to|in|by|from|per|and|laut)\s)(?:sources?|quelle|fuente|fonte|bron)"
    r"|(?:^|[.!?]\s|\n)(?:in|from|per)) $|(?:根据|依据|据|参见)$"
    r"|(?:\b(?:to|on|in|by|from|per|see|cf\.|sources?|laut|selon|según) (?:“[^“”]*”,? ?)+(?:and|und|et|y)? ?)$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:^|[\n.!?。！？])[ \t>*-]*$")
_SPEAKS = re.compile(
    r" (?:(?:also|further) )?(?:says?|states?|stated|notes?|mentions?|reports?|describes?|explains?"
    r"|gives?|shows?|indicates?|confirms?|adds?|suggests?|claims?|puts|does|do|and \[)\b"
)
_UNFIT = re.compile(r"[\[\]()<>{}*_`|\\$#“”]|://|www\.", re.IGNORECASE)


def numbers(body: str, *, doubled: bool) -> list[int] | None:
    """The numbers of a mark in the order they were written, ranges in full; ``None`` if it is no mark."""
    match = _MARK.fullmatch(body)
    if match is None or doubled != body.rstrip().endswith("]"):
        return None
    listed = list(_expand(match[1]))
    return None if 0 in listed and len(listed) > 1 else listed


def grouped(body: str) -> list[int] | None:
    """The numbers of what stands between other signs than brackets: ``([1], [2])``, ``**[1]**``, ``(Source 1)``."""
    if not _GROUPED.match(body):
        return None
    listed = re.sub(r"[\[\]【】]|^\s*see ", "", _NEXT_MARK.sub(",", body), flags=re.IGNORECASE)
    return numbers(listed, doubled=False)


def may_group(body: str) -> bool:
    """Could more text make a group of this beginning of one?"""
    begun = body.strip().lower()
    known = (*_KEYWORDS, "see ", *(f"see {word}" for word in _KEYWORDS))
    return _GROUPED.match(body + " ") is not None or any(word.startswith(begun) for word in known)


def may_join(begun: str) -> bool:
    """Could more text make a joint of this beginning of one, or find a mark behind it?"""
    return re.fullmatch(rf"(?:[,;&{_DASH}]? ?|(?:, ?)?(?:a|an|and)) ?", begun) is not None


def may_become(body: str) -> bool:
    """Could more text make a mark of this beginning of one?"""
    listed, dagger, _ = body.partition("†")
    words = _WORDS.findall(listed.lower())
    if not _WITHIN.fullmatch(listed) or not all(w in _KEYWORDS or w in ("and", "to") for w in words[:-1]):
        return False
    whole = bool(dagger) or not listed[-1:].isalpha()
    return not words or any(k == words[-1] if whole else k.startswith(words[-1]) for k in (*_KEYWORDS, "and", "to"))


def superscript(text: str, before: str) -> tuple[int, list[int]]:
    """How many characters the raised number that ``text`` begins with has, 0 if it has none, and its numbers if it is
    a mark: one behind a word is, and one behind a quantity is its power.
    """
    found = _SUPERSCRIPT.match(text)
    if found is None:
        return 0, []
    bracket, listed = found[1] or found[3], found[2] or found[4] or found[5].translate(_LOWERED)
    if not bracket and (not _RAISABLE.search(before) or _QUANTITY.search(before)):
        return found.end(), []
    return found.end(), [int(number) for number in listed.split(",")]


def between(before: list[int], joint: str, after: list[int]) -> list[int]:
    """The numbers that ``[1]–[3]`` leaves unsaid."""
    if len(before) != 1 or len(after) != 1 or not re.match(rf"[{_DASH}]", joint):
        return []
    return list(range(before[0] + 1, min(after[0], before[0] + _RANGE_LIMIT)))


def _expand(listed: str) -> Iterator[int]:
    for part in _PART.finditer(listed):
        first = int(part[1])
        last = int(part[2]) if part[2] else first
        yield from range(first, min(last, first + _RANGE_LIMIT) + 1) if first <= last else (first, last)


# ── marks that are words ──


def spoken_of(before: str) -> bool:
    """Is a mark behind ``before`` a word of its sentence: *according to [1]*? Without it the sentence would break."""
    return _SPOKEN_OF.search(before) is not None


def begins(before: str) -> bool:
    """Does a sentence begin behind ``before``? Then a mark may be its subject."""
    return _BEGINS.search(before) is not None


def speaks(following: str) -> bool:
    """Is it one: *[1] says that …*?"""
    return _SPEAKS.match(following) is not None


def called(document: Document) -> str:
    """A source's name as it may stand in a sentence; empty if it has none that is fit for it."""
    title = " ".join(document.title.split())
    if not title or _UNFIT.search(title):
        return ""
    return f"“{title}”" if len(title) <= _TITLE_LIMIT else f"“{title[: _TITLE_LIMIT - 1].rstrip()}…”"
