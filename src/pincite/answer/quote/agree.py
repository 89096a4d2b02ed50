"""Do other sources say the same, or something else? Second citations, and values on which sources differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pincite.answer.check.check import at_odds
from pincite.answer.question.plan import Plan, Shape
from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.score import Scored
from pincite.answer.quote.shape import spans
from pincite.answer.terms import terms
from pincite.text.tokens import words
from pincite.types import Citation, Hit, Span

MOST_SECOND = 2
"""Further sources for one sentence; a fourth number convinces nobody more."""
SAME_CLAIM = 0.5
"""Share of common words, values left out, from which on two sentences make the same statement. At .4 an event of 1960
was held against one of 2004 (NQ), and nothing more was found (RGB)."""
AS_GOOD = 0.8
"""How much of the question, as a share of the lead's, the other sentence must cover."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def second_citations(
    at: int,
    alike: Callable[[int, int], bool],
    sentences: Sequence[Candidate],
    hits: Sequence[Hit],
    numbers: dict[str, int],
    cited: set[int],
) -> list[Citation]:
    """Citations of passages whose sentence says nearly the same; at most one a source.

    Such a sentence has all words of ours in that order, so that whoever looks it up finds them, and no *not* between.
    """
    found: list[Citation] = []
    said = sentences[at].text
    for other, one in enumerate(sentences):
        passage = hits[one.hit].passage
        number = numbers[passage.id]
        if len(found) == MOST_SECOND or number in cited or not alike(at, other) or not holds(one.text, said):
            continue
        quote = Span(start=one.start, end=one.end)
        if not at_odds(said, passage, quote):
            cited.add(number)
            found.append(Citation(source=number, passage_id=passage.id, quote=quote, support=1.0))
    return found


def holds(text: str, statement: str) -> bool:
    """Has the text all words of the statement, in that order?"""
    rest = iter(words(text))
    return all(word in rest for word in words(statement))


def differing(
    plan: Plan, lead: int, sentences: Sequence[Candidate], hits: Sequence[Hit], scored: Scored
) -> tuple[int, tuple[int, int], tuple[int, int]] | None:
    """The best sentence of another document that answers with another value, and where the values stand in both.

    Only for dates and numbers, and only where both sentences hold exactly one value and say the same besides: two
    numbers of one article may well be of two things.
    """
    if plan.shape not in (Shape.TIME, Shape.NUMBER):
        return None
    question = plan.queries[0]
    ours = spans(plan.shape, sentences[lead].text, question)
    if len(ours) != 1:
        return None
    overlap = scored.column("overlap_context")
    best: tuple[float, int, tuple[int, int]] | None = None
    for at, one in enumerate(sentences):
        if hits[one.hit].passage.document.id == hits[sentences[lead].hit].passage.document.id:
            continue
        theirs = spans(plan.shape, one.text, question)
        if len(theirs) != 1 or one.cut or one.heading or one.orphan or overlap[at] < AS_GOOD * overlap[lead]:
            continue
        if _same_claim(sentences[lead].text, ours[0], one.text, theirs[0]) and _contradict(
            plan.shape, sentences[lead].text, ours[0], one.text, theirs[0]
        ):
            chance = float(scored.chance[at])
            if best is None or chance > best[0]:
                best = (chance, at, theirs[0])
    return (best[1], ours[0], best[2]) if best else None


def _same_claim(a: str, value_a: tuple[int, int], b: str, value_b: tuple[int, int]) -> bool:
    ours, theirs = (set(terms(text[: at[0]] + " " + text[at[1] :])) for text, at in ((a, value_a), (b, value_b)))
    return bool(ours and theirs) and len(ours & theirs) / len(ours | theirs) >= SAME_CLAIM


def _contradict(shape: Shape, a: str, value_a: tuple[int, int], b: str, value_b: tuple[int, int]) -> bool:
    """May not both be true: other years, or other numbers of the same unit. A day and its year agree."""
    ours, theirs = a[slice(*value_a)], b[slice(*value_b)]
    numbers, others = (set(_DIGITS.findall(value.replace(",", ""))) for value in (ours, theirs))
    if not numbers or not others or numbers <= others or others <= numbers:
        return False
    if shape is Shape.NUMBER:
        return _unit(a, value_a[0]) == _unit(b, value_b[0])
    years = [[n for n in some if len(n) == 4] for some in (numbers, others)]
    return bool(years[0] and years[1]) and years[0] != years[1]


def _unit(text: str, start: int) -> tuple[str, ...]:
    """The word behind the number that begins about ``start``, whether or not the value takes it in."""
    number = _DIGITS.search(text, start)
    return terms(" ".join(re.findall(r"[^\W\d_]+", text[number.end() :])[:1])) if number else ()
