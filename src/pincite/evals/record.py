"""What is judged? One answer a line: ours as the house writes it, or anybody's with ``[n]`` in its text.

A record holds all that a judge needs and nothing has to be looked up elsewhere: the question, the text, its sentences
with their citations, the sources with the passages that were shown, times and calls, and what is known to be right.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pincite.answer.write.cite import Citer
from pincite.answer.write.marks import Mark, Marks
from pincite.errors import BadInput
from pincite.evals import sets
from pincite.events import Cited
from pincite.ports import Bounds, Support
from pincite.types import (
    DECLINED,
    Answer,
    Degradation,
    Document,
    Noun,
    Passage,
    Question,
    Sentence,
    Source,
    Status,
    Usage,
    Verdict,
)

_T = TypeVar("_T", bound=BaseModel)
_ANY_NUMBER = range(1000)
_ALL = 1000
"""Citations of one sentence that are kept: none is dropped."""
UNANSWERABLE = ("absent", "impossible", "absent impossible")
"""Groups in which declining is right."""


class Record(Noun):
    """A question and what one system answered."""

    model_config = ConfigDict(extra="ignore")  # answers of an earlier version may have a field that is gone

    system: str
    """Who answered; answers of one system stand together in a report."""
    answer: Answer
    gold: tuple[str, ...] = ()
    """Right short answers; any of them will do."""
    nuggets: tuple[tuple[str, ...], ...] = ()
    """Facts that a good answer has, each in any of its wordings."""
    group: str = ""
    """``answerable``, ``impossible``, ``absent``, ``absent impossible``; empty or ``unknown``: nobody says."""
    untold: tuple[Literal["model calls", "short answer"], ...] = ()
    """What somebody else's row says nothing of, so that no figure counts it as none."""

    @property
    def id(self) -> str:
        return self.answer.id

    @property
    def abstained(self) -> bool:
        """It says so itself, or nothing in it is a statement about the world."""
        return self.answer.declined or all(each.verdict is Verdict.EXEMPT for each in self.answer.sentences)

    @property
    def answerable(self) -> bool | None:
        """Is there an answer to be found? ``None``: nobody says."""
        return None if self.group in ("", "unknown") else self.group not in UNANSWERABLE

    @property
    def told(self) -> str:
        """What it says as the answer. A refusal says nothing, whatever it quotes as nearest."""
        return "" if self.abstained else self.answer.text

    @property
    def lead(self) -> str:
        """The first sentence that cites something; of a refusal none."""
        if self.abstained:
            return ""
        return next((self.said(each) for each in self.answer.sentences if each.citations), "")

    def said(self, sentence: Sentence) -> str:
        return self.answer.text[sentence.start : sentence.end]

    def cited(self, sentence: Sentence) -> list[Passage | None]:
        """The passage of each citation, in order; ``None`` for one that was not shown."""
        shown = {(s.number, p.id): p for s in self.answer.sources for p in s.passages}
        return [shown.get((each.source, each.passage_id)) for each in sentence.citations]


# ── reading and writing ──


def records(path: Path) -> Iterator[Record]:
    """The answers of a file: records, ``Answer`` objects, or somebody else's rows (docs/evaluation.md).

    Raises ``Unreadable`` or ``BadInput`` with file and line, and for a file without any.
    """
    seen: set[tuple[str, str]] = set()
    for number, (place, row) in enumerate(sets.rows(path), 1):
        record = _record(row, place, path.name.split(".")[0], number)
        if (record.system, record.id) in seen:
            raise BadInput(f"{place}: a second answer {record.id!r} of {record.system}", hint="give each its own id")
        seen.add((record.system, record.id))
        yield record
    if not seen:
        raise BadInput(f"no answer in {path}", hint='each line needs {"question", "answer"}')


def _record(row: sets.Row, place: str, name: str, number: int) -> Record:
    try:
        if isinstance(row.get("answer"), dict):
            return Record.model_validate(row)
        if "sentences" in row:
            return Record(system=name, answer=Answer.model_validate(row))
        return _foreign(row, place, name, number)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{place}: {where}: {first['msg']}", hint="docs/evaluation.md shows the formats") from None


def kept(path: Path, kind: type[_T]) -> list[_T]:
    """The lines of a file that grew line by line, without one that was cut at the end. The file stays as it is.

    Raises ``BadInput`` for a line that is none of ours.
    """
    data = path.read_bytes() if path.exists() else b""
    lines = data.splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError:
            if number == len(lines) and not data.endswith(b"\n"):
                break
            raise BadInput(
                f"{path}:{number} is no {kind.__name__} of an evaluation",
                hint="pincite eval run makes a Record of an answer, judge a Judged of it; to write, give another --out",
            ) from None
    return found


def resumed(path: Path, kind: type[_T]) -> list[_T]:
    """The same of a file that is to grow on: a line that was cut is taken out of it, a file that is not there begun."""
    found = kept(path, kind)
    data = path.read_bytes() if path.exists() else b""
    whole = b"".join(line + b"\n" for line in data.splitlines()[: len(found)])
    if data != whole or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole)
    return found


def append(path: Path, rows: Iterable[BaseModel]) -> None:
    """Adds lines; they are on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.writelines(row.model_dump_json().encode() + b"\n" for row in rows)
        file.flush()
        os.fsync(file.fileno())


# ── somebody else's ──


class _Silent:
    """A checker that finds nothing, so that the citer mends nothing: the answer is judged as it was written."""

    bounds = Bounds()

    def read(self, passages: Sequence[Passage]) -> None:
        """It looks at none."""

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:  # noqa: ARG002
        return [Support(0.0, None) for _ in passages]


def _foreign(row: sets.Row, place: str, name: str, number: int) -> Record:
    question, text = row.get("question") or row.get("query"), sets.first(row, "answer", "text")
    for field, given in (("question", question), ("answer", text)):
        if given is not None and not isinstance(given, str):
            raise BadInput(f"{place}: {field} is {given!r:.60}, no text", hint=f'write {{"{field}": "…"}}')
    if question is None or text is None:
        raise BadInput(f"{place}: it has no question or no answer", hint='each line needs {"question", "answer"}')
    sources = _sources(sets.first(row, "sources", "search_results"), place)
    citer = Citer((*sources, *_strays(text, sources)), _Silent(), most=_ALL)
    events = [*citer.feed(text), *citer.finish()]
    declined = Degradation(part="sources", reason=DECLINED, detail="it says so")
    timings = {"first_token": sets.number(row, "ttft_ms", place), "total": sets.number(row, "total_ms", place)}
    calls = sets.number(row, "calls", place)
    if calls is not None and calls != int(calls):
        raise BadInput(f"{place}: calls is {calls}, no whole number", hint="a row is one answer; leave it out of means")
    id_ = sets.said(row, "id", place) or str(number)
    answer = Answer(
        id=id_,
        question=Question(id=id_, thread_id="", text=question),
        text=citer.text,
        sentences=tuple(event.sentence for event in events if isinstance(event, Cited)),
        sources=sources,
        status=Status.ANSWERED,
        degraded=(declined,) if sets.flag(row, place, "abstained") else (),
        usage=Usage.model_validate({"model_calls": calls or 0}),
        timings={name: float(ms) for name, ms in timings.items() if ms is not None},
    )
    return Record(
        system=sets.said(row, "system", place) or name,
        answer=answer,
        gold=tuple(sets.answers(sets.first(row, "answers", "reference_answers"), place)),
        nuggets=sets.nuggets(row, place),
        group={None: "", True: "impossible", False: "answerable"}[sets.flag(row, place, "impossible", "is_impossible")],
        untold=("short answer",) if calls is not None else ("short answer", "model calls"),
    )


def _strays(text: str, sources: Sequence[Source]) -> list[Source]:
    """A source without a text for each number that is cited and not there: such a citation supports nothing."""
    marks, known = Marks(_ANY_NUMBER), {source.number for source in sources}
    named = [n for mark in [*marks.feed(text), *marks.finish()] if isinstance(mark, Mark) for n in mark.numbers]
    made = []
    for number in dict.fromkeys(n for n in named if n not in known):
        document = Document(url=f"missing:{number}", title="")
        passage = Passage(id=f"missing:{number}", document=document, text="", start=0, end=0)
        made.append(Source(number=number, document=document, passages=(passage,)))
    return made


def _sources(given: Any, place: str) -> tuple[Source, ...]:
    """Numbered as they say, or from 1; each shows one passage, its text. A string is an address."""
    if not isinstance(given, list | None):
        raise BadInput(f"{place}: sources is a {type(given).__name__}", hint='write {"sources": [{"url", "text"}]}')
    made = []
    for at, each in enumerate(given or (), 1):
        source = {"url": each} if isinstance(each, str) else each
        if not isinstance(source, dict):
            raise BadInput(f"{place}: source {at} is {each!r:.60}", hint='write {"sources": [{"url", "text"}]}')
        texts = [sets.said(source, name, place) for name in ("text", "snippet", "content")]
        text = next(filter(None, texts), "")
        url = sets.said(source, "url", place) or f"source:{at}"
        document = Document(url=url, title=sets.said(source, "title", place))
        passage = Passage(id=f"{at}", document=document, text=text, start=0, end=len(text))
        number = source.get("number")
        made.append(Source(number=at if number is None else number, document=document, passages=(passage,)))
    if len({source.number for source in made}) < len(made):
        raise BadInput(f"{place}: two sources have one number", hint="leave the numbers out: they count from 1")
    return tuple(made)
