"""What stands around it? Of a recording the exchange around the sentence that answers, of a program the lines.

In speech the answer is seldom in one sentence: *what did Anna say about the booth?* is answered by what was asked, by
what she said, and by who agreed (decision 83). A line of code says little without the comment above it, and a comment
announces the line below (decision 85); what its constants are stands where they are set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.score import Scored
from pincite.types import Hit, Passage

WORDS = 80
"""The most that are told, half a minute of speech; 40, 60 and 120 hold 15, 23 and 26 of 40 answers, these 25."""
_WHEN = re.compile(r"(?:.*, )?(?:\d+[:.])?\d{1,2}[:.]\d{2}(?:\s?[AaPp]\.?[Mm]\.?)?")
"""When it was said: the minute of a recording, the day and the time of a chat."""
_SPEAKER = re.compile(r"[^:\n]{1,40}: ")
_OF_SELF = re.compile(r"\b(?:I|[Mm][ey]|[Mm]ine|[Ww]e|[Oo]urs?|[Uu]s|i)\b")
_LINE = re.compile(r"(?:line|cell) \d+")
_CONSTANT = re.compile(r"(?<![\w.])(?=[\dA-Z_]{4})[A-Z][\dA-Z]*(?:_[\dA-Z]+)*(?!\w)")
_SETS = (
    r"(?m)^[ \t]*(?:(?:[A-Za-z]+|#[ \t]*define)[ \t]+)*{name}"
    r"(?:[ \t]*:[ \t]*[^\s=][^=\n]*)?[ \t]*(?::?=(?!=)|:[ \t]+\S|[ \t][\d\"'])"
)
"""A line that gives a name its value, after what it is of and before the type that it has."""
CONSTANTS = 3
"""As many are told beside the code that names them."""


def told_around(passage: Passage) -> bool:
    """Does a sentence of it say little without those around it? So it is in programs and where people talk."""
    return programmed(passage) or any(_WHEN.fullmatch(spot.label) for spot in passage.spots)


def programmed(passage: Passage) -> bool:
    """Is it out of a program? Then it stands at a line, or in a cell of a notebook."""
    return any(_LINE.fullmatch(spot.label) for spot in passage.spots)


def speaker(passage: Passage, one: Candidate) -> int:
    """As many characters at the start of a turn say who speaks; 0 outside speech, and where they speak of themselves.

    *Who books the van?* "Anna: Priya does" is not answered by who says so, "Priya: I can" is.
    """
    turns = (spot.start for spot in passage.spots if _WHEN.fullmatch(spot.label))
    says = _SPEAKER.match(one.text) if one.start in turns else None
    return says.end() if says and not _OF_SELF.search(one.text, says.end()) else 0


def around(hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored, max_words: int) -> list[int]:
    """The best sentence with what stands after and before it, if it was said in a recording or is out of a program."""
    if not sentences:
        return []
    best = int(scored.chance.argmax())
    passage = hits[sentences[best].hit].passage
    if not told_around(passage):
        return []
    own = [at for at, one in enumerate(sentences) if one.hit == sentences[best].hit and one.text]
    if best not in own:
        return []
    begins = [
        not at or "\n\n" in passage.text[sentences[own[at - 1]].end : sentences[own[at]].start]
        for at in range(len(own))
    ]
    first = last = own.index(best)
    left = min(WORDS, max_words) - sentences[best].size

    def fits(at: int) -> bool:
        return 0 <= at < len(own) and sentences[own[at]].size <= left

    # Whole what it stands in, for that begins with who says it; then what follows, and what comes before.
    while not begins[first] and fits(first - 1):
        first -= 1
        left -= sentences[own[first]].size
    start = first
    while fits(last + 1) or fits(first - 1):
        if fits(last + 1):
            last += 1
            left -= sentences[own[last]].size
        if fits(first - 1):
            first -= 1
            left -= sentences[own[first]].size
    while not begins[first] and first < start:
        first += 1
    told = own[first : last + 1]
    if not programmed(passage):
        return told
    left = max_words - sum(sentences[at].size for at in told)
    return told + _constants(hits, sentences, told, left)


def _constants(hits: Sequence[Hit], sentences: Sequence[Candidate], told: Sequence[int], left: int) -> list[int]:
    """Where the constants that are named in what is told are set; in its own document sooner than in another."""
    own = hits[sentences[told[0]].hit].passage.document.id
    code = [at for at, one in enumerate(sentences) if one.code and programmed(hits[one.hit].passage)]
    code.sort(key=lambda at: hits[sentences[at].hit].passage.document.id != own)
    found: list[int] = []
    for name in dict.fromkeys(name for at in told for name in _CONSTANT.findall(sentences[at].text)):
        sets = re.compile(_SETS.format(name=name))
        if any(sets.search(sentences[at].text) for at in (*told, *found)):
            continue
        where = next((at for at in code if sets.search(sentences[at].text)), None)
        if where is not None and sentences[where].size <= left and len(found) < CONSTANTS:
            found.append(where)
            left -= sentences[where].size
    return found
