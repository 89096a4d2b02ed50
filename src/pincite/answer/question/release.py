"""Of which version is asked what is new in it? A changelog has a section for each, and that is the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pincite.answer.terms import terms
from pincite.types import Passage

_VERSION = re.compile(r"(?<![\w.])v?(?P<number>\d+(?:\.\d+)+(?:[.-]?(?:a|b|rc|alpha|beta|dev|post)\.?\d+)?)(?!\.?\w)")
_KINDS = "new change changed changes added removed fixed deprecated breaking broke security improved"
_NEWS = re.compile(rf"\b(?:{'|'.join(_KINDS.split())}|release notes?|changelog|features?)\b", re.IGNORECASE)
_OTHER = re.compile(r"(?:why|how|who|whose|when|where|is|are|was|were|does|do|did|can)\b", re.IGNORECASE)
_EMPTY = frozenset(
    terms(f"{_KINDS} release notes changelog features feature bugs issues things version show list tell came come")
)


@dataclass(frozen=True)
class Release:
    """``number`` is its version's, ``of`` says whose it is, ``kinds`` which of its changes are asked for."""

    number: str
    of: frozenset[str]
    kinds: frozenset[str]

    def told(self, passage: Passage) -> bool:
        """Does this stand below a heading with that version, in a document that may be about what is named?"""
        versions = (found["number"] for heading in passage.headings for found in _VERSION.finditer(heading))
        about = terms(f"{passage.document.title} {passage.document.url} {' '.join(passage.headings)}")
        return self.number in versions and self.of <= frozenset(about)

    def of_its_kind(self, passage: Passage) -> bool:
        """Is its own heading the kind of change that is asked for, as in "### Fixed"?"""
        return bool(self.kinds & frozenset(terms(passage.headings[-1])))


def release(question: str) -> Release | None:
    """``None`` where it is not asked what is new in one version."""
    found = _VERSION.search(question)
    if found is None or not _NEWS.search(question) or _OTHER.match(question.strip(" ¿")):
        return None
    said = frozenset(terms(f"{question[: found.start()]} {question[found.end() :]}"))
    return Release(found["number"], said - _EMPTY, said & _EMPTY)
