"""Does a sentence that holds the question's words say something else with them? Two ways in which it may.

The second longest river is not the longest; and what comes of a thing is not why it is so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from pincite.answer.candidates import alike

_ORDINAL = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|next)"
_SUPERLATIVE = re.compile(r"\b(?:\w{2,}est|most \w+)\b", re.IGNORECASE)
_BEHIND = re.compile(rf"\b(?:{_ORDINAL}(?: (?:or|to|and) {_ORDINAL})?[ -]|one of (?:the|\w+['’]s) )$", re.IGNORECASE)
_RANK_WITHIN = 30
"""Characters before a superlative in which its rank stands: "the world's third or fourth largest"."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|(?:is|are|was|were|been|be) caused by|thanks to|as a result of)\b", re.IGNORECASE
)
_HENCE = re.compile(
    r"\b(?:cause[sd]?(?! by)|causing|(?:leads?|led|leading) to|result(?:s|ed|ing)? in|therefore|hence)\b",
    re.IGNORECASE,
)
MOST_CUES = 4
"""Of a sentence that are looked at; more make no statement that anybody follows."""


def outdone(question: str, sentence: str) -> bool:
    """Is the superlative that is asked for, wherever ``sentence`` has it, only that of a second or one of many?"""
    asked = {alike(found[0].lower()) for found in _SUPERLATIVE.finditer(question)}
    if not asked or re.search(rf"\b{_ORDINAL}\b", question, re.IGNORECASE):
        return False
    said = [found for found in _SUPERLATIVE.finditer(sentence) if alike(found[0].lower()) in asked]
    return bool(said) and all(
        _BEHIND.search(sentence[max(0, found.start() - _RANK_WITHIN) : found.start()]) for found in said
    )


def backwards(sentence: str, asked: Callable[[str], float]) -> bool:
    """Does ``sentence`` give what is asked about as the reason of something else, and nowhere as what has a reason?

    ``asked`` is the share of the question that a text holds. A sentence that names no reason is not backwards.
    """
    parts = _explained(sentence)
    parts += [(sentence[cue.end() :], sentence[: cue.start()]) for cue in islice(_HENCE.finditer(sentence), MOST_CUES)]
    return bool(parts) and all(asked(effect) < asked(reason) for effect, reason in parts)


def _explained(sentence: str) -> list[tuple[str, str]]:
    """What "because" explains, and by what. At a sentence's start the reason comes first and ends at a comma."""
    found = []
    for cue in islice(_BECAUSE.finditer(sentence), MOST_CUES):
        effect, reason = sentence[: cue.start()], sentence[cue.end() :]
        if not effect.strip():
            reason, _, effect = reason.partition(", ")
        found.append((effect, reason))
    return found
