"""Answers and rulings made by hand, as small as a test needs them."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.answer.check.opinion import CHANCE, Label
from pincite.evals.judges import Judgement
from pincite.evals.judging import Judged, Ruling
from pincite.evals.record import Record
from pincite.types import Answer, Citation, Degradation, Document, Passage, Question, Sentence, Source, Verdict

LABELS = {"f": Label.FULL, "p": Label.PARTIAL, "n": Label.NONE, "c": Label.CONTRADICTS}


def judgement(letter: str) -> Judgement:
    return Judgement(label=LABELS[letter], p=CHANCE[LABELS[letter]])


def ruling(
    each: str = "",
    union: str = "",
    *,
    worthy: bool = True,
    without: Sequence[bool | None] | None = None,
    sources: Sequence[bool] | None = None,
    start: int = 0,
) -> Ruling:
    """``each`` has a letter a citation; ``union`` is that of the only one where it is not given."""
    together = union or each[:1]
    return Ruling(
        start=start,
        end=start + 1,
        worthy=worthy,
        union=judgement(together) if together else None,
        each=tuple(map(judgement, each)),
        without=tuple(without if without is not None else [None] * len(each)),
        sources=None if sources is None else tuple(sources),
    )


def judged(*rulings: Ruling, record: Record | None = None, judge: str = "hand", human: bool = False) -> Judged:
    return Judged(record=record or answered("Said."), judge=judge, human=human, rulings=rulings)


def answered(
    *sentences: str,
    cites: Sequence[Sequence[int]] = (),
    sources: Sequence[str] = (),
    key: str = "a",
    system: str = "made",
    abstained: bool = False,
    question: str = "What?",
    **more: object,
) -> Record:
    """A record of these sentences; ``cites`` has the numbers of each, ``sources`` a passage a source."""
    shown = []
    for n, text in enumerate(sources, 1):
        document = Document(url=f"https://example.org/{n}", title=f"Source {n}")
        passage = Passage(id=f"p{n}", document=document, text=text, start=0, end=len(text))
        shown.append(Source(number=n, document=document, passages=(passage,)))
    text, spans = "", []
    for n, said in enumerate(sentences):
        start = len(text) + bool(text)
        text = f"{text} {said}".strip()
        numbers = cites[n] if n < len(cites) else ()
        spans.append(
            Sentence(
                start=start,
                end=len(text),
                citations=tuple(Citation(source=k, passage_id=f"p{k}", support=0) for k in numbers),
                verdict=Verdict.UNSUPPORTED if numbers else Verdict.UNCITED,
            )
        )
    declined = Degradation(part="sources", reason="no_answer", detail="none")
    answer = Answer(
        id=key,
        question=Question(id=key, thread_id=key, text=question),
        text=text,
        sentences=tuple(spans),
        sources=tuple(shown),
        degraded=(declined,) if abstained else (),
        timings={"first_token": 10.0, "first_sentence": 12.0, "total": 20.0},
    )
    return Record(system=system, answer=answer, **more)  # type: ignore[arg-type]
