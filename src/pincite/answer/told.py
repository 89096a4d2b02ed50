"""How is an answer told that no model wrote? As the same events: sentences of sources, what a widget worked out, or
that nothing answers."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.answer.gather import Gathered
from pincite.answer.own_words import NEAREST, NO_ANSWER, NO_PASSAGE, UNSURE, listed, own_words
from pincite.answer.quote.extract import Extract, Piece
from pincite.answer.tally import Tally
from pincite.events import Cited, Event, Stepped, Wrote
from pincite.text.many import many
from pincite.types import DECLINED, Card, Degradation, Fact, Sentence, Span, Verdict


def told(found: Extract, gathered: Gathered, tally: Tally, asked: str = "") -> list[Event]:
    """An extract as events, sentence by sentence; what no source says, in the language of what was ``asked``."""
    if not found.pieces:
        return _abstained(found, gathered, tally, asked)
    return [
        *_quoted(found.pieces),
        Stepped(step="write", detail=f"{many(len(found.pieces), 'sentence')} extracted", ms=tally.ms()),
    ]


def _quoted(pieces: Sequence[Piece], at: int = 0) -> list[Event]:
    """Sentences of sources, the first one behind ``at`` characters of text."""
    events: list[Event] = []
    for piece in pieces:
        sentence = piece.sentence(at)
        at = sentence.end
        events += [Wrote(text=piece.lead_in + piece.text), Cited(sentence=sentence)]
    return events


def _abstained(found: Extract, gathered: Gathered, tally: Tally, asked: str) -> list[Event]:
    """Says honestly that there is no answer, and what is nearest. ``degraded`` tells programs the same."""
    if tally.card is not None:
        return worked_out(tally.card, tally)
    detail = f"the evidence is too weak ({found.evidence.chance:.2f})"
    if found.near:
        sentences = [own_words(UNSURE, asked)]
    elif gathered.hits:
        titles = [f"“{title}”" for title in found.nearest if title]
        nearest = own_words(NEAREST, asked, titles=listed(titles, asked)) if titles else ""
        sentences = [own_words(NO_ANSWER, asked), nearest]
    else:
        sentences = [own_words(NO_PASSAGE, asked)]
        detail = "no passage was found"
    return declined(sentences, DECLINED, detail, tally, found.near)


def unwritten(tally: Tally) -> list[Event]:
    """Without a search there is nothing but a model to answer, and there is none."""
    sentences = ["Writing without sources takes a model, and there is none.", "Pick a model, or another focus."]
    return declined(sentences, "no_model", "nothing was searched, and there is no model to write", tally)


def declined(
    sentences: Sequence[str], reason: str, detail: str, tally: Tally, near: Sequence[Piece] = ()
) -> list[Event]:
    """Sentences of our own in place of an answer, and those that came nearest; ``degraded`` says the ``reason``."""
    tally.degraded.append(Degradation(part="sources", reason=reason, detail=detail))
    events: list[Event] = []
    at, before = 0, ""
    for text in filter(None, sentences):
        lead_in = " " if at and not before.endswith("。") else ""  # Chinese sets no space between sentences
        before = text
        start = at + len(lead_in)
        at = start + len(text)
        events += [
            Wrote(text=lead_in + text),
            Cited(sentence=Sentence(start=start, end=at, verdict=Verdict.EXEMPT)),
        ]
    return [*events, *_quoted(near, at), Stepped(step="write", detail=f"abstained: {detail}", ms=tally.ms())]


def worked_out(card: Card, tally: Tally) -> list[Event]:
    """A widget's sentence as the text. It rests on no source, and needs none."""
    value = card.body.value if isinstance(card.body, Fact) else ""
    at = card.text.find(value)
    short = Span(start=at, end=at + len(value)) if at >= 0 and value else None
    sentence = Sentence(start=0, end=len(card.text), verdict=Verdict.EXEMPT, short=short)
    step = Stepped(step="write", detail=f"worked out by {card.widget}", ms=tally.ms())
    return [Wrote(text=card.text), Cited(sentence=sentence), step]
