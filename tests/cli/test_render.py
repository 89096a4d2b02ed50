"""What a terminal shows of an answer: every event is drawn, nothing twice, nothing that could take it over."""

import io
import re
from collections.abc import Iterable

import pytest
from rich.console import Console
from tests.web.tabled import CARD, QUERY, TABLE, TEXT, tabled

from pincite.cli import render, table
from pincite.cli.door import Door
from pincite.cli.render import Painter, drawn
from pincite.events import Carded, Cited, Event, Failed, Finished, Sourced, Started, Stepped, Suggested, Wrote
from pincite.types import (
    Card,
    Citation,
    Degradation,
    Document,
    Fact,
    Passage,
    Problem,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Verdict,
)
from pincite.web.plain import tables

DOCUMENT = Document(url="file:///tmp/tower.md", title="Tower\x1b[31m")
PASSAGE = Passage(id="p1", document=DOCUMENT, text="The tower is 330 m tall.", start=0, end=24)
SOURCE = Source(number=1, document=DOCUMENT, passages=(PASSAGE,))
CITATION = Citation(source=1, passage_id="p1", support=1.0)
FIRST, SECOND = "The tower is tall.", "It is \x1b]0;owned\x07old."

LOG: list[Event] = [
    Started(answer_id="a", question=Question(text="How tall?"), model="local:m"),
    Stepped(step="gather", detail="1 passage", ms=3.0),
    Sourced(sources=(SOURCE,)),
    Carded(
        card=Card(
            id="c", widget="read", title="How tall?", text="330 m", body=Fact(value="330 m"), citations=(CITATION,)
        )
    ),
    Wrote(text=FIRST + "\n\n"),
    Cited(sentence=Sentence(start=0, end=len(FIRST), citations=(CITATION,), verdict=Verdict.SUPPORTED)),
    Wrote(text=SECOND),
    Cited(sentence=Sentence(start=20, end=20 + len(SECOND), citations=(CITATION,), verdict=Verdict.PARTIAL)),
    Suggested(follow_ups=("Who built it?",)),
    Finished(
        status=Status.ANSWERED, degraded=(Degradation(part="vectors", reason="late", detail="vectors were late"),)
    ),
]


def shown(log: Iterable[Event], *, terminal: bool, stream: bool = True, why: bool = False) -> tuple[str, str]:
    door = Door()
    out, err = io.StringIO(), io.StringIO()
    for name, target in (("out", out), ("err", err)):
        console = Console(file=target, force_terminal=terminal, width=100, highlight=False, soft_wrap=not terminal)
        door.__dict__[name] = console
    with Painter(door, stream=stream, why=why) as painter:
        for event in log:
            painter.draw(event)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("stream", [True, False])
def test_a_pipe_gets_plain_markdown_with_the_sources_below(stream: bool) -> None:
    out, err = shown(LOG, terminal=False, stream=stream)
    assert out == (
        "**330 m [1]**\n\nThe tower is tall. [1]\n\nIt is ]0;ownedold. [1] *(partly supported)*\n\n"
        "Sources:\n\n[1] Tower[31m\n    file:///tmp/tower.md\n".replace("**330 m [1]**", "**330 m** [1]")
    )
    assert err == "note: vectors were late\nAsk next:\n  Who built it?\n"


def test_a_terminal_gets_links_and_no_escape_of_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "FRAME_S", 0.0)
    out, _ = shown(LOG, terminal=True)
    assert "\x1b]8;" in out
    assert "file:///tmp/tower.md\x1b\\" in out
    assert "\x1b]0;" not in out
    assert "\x07" not in out
    assert out.count("330 m") == 1


def test_only_sources_become_links() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    console.print(drawn("[a](https://evil.example) [b](https://good.example)", {"https://good.example"}))
    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b]8;" in written
    assert ";https://evil.example" not in written


def test_why_tells_of_steps_and_verdicts_on_stderr() -> None:
    _, err = shown(LOG, terminal=False, why=True)
    assert "gather: 1 passage" in err
    assert "partial: " in err
    assert "rests on [1] 1.00" in err


@pytest.mark.parametrize(("status", "words"), [(Status.STOPPED, "stopped"), (Status.INTERRUPTED, "broken off")])
def test_an_ending_before_the_end_is_said(status: Status, words: str) -> None:
    problem = Failed(
        problem=Problem(type="interrupted", title="Cut off", detail="the model fell silent", hint="ask again")
    )
    out, err = shown([LOG[0], Wrote(text="The tow"), problem, Finished(status=status)], terminal=False)
    assert out == "The tow\n\n"
    assert "the model fell silent\n  → ask again" in err
    assert words in err


@pytest.mark.parametrize("stream", [True, False])
def test_what_a_widget_worked_out_is_shown_once(stream: bool) -> None:
    card = Card(widget="calculator", title="Calculator", text="2 + 2 = 4", body=Fact(value="4", sentence="2 + 2 = 4"))
    sentence = Sentence(start=0, end=9, verdict=Verdict.EXEMPT, short=Span(start=8, end=9))
    log: list[Event] = [
        Started(answer_id="a", question=Question(text="2+2")),
        Carded(card=card),
        Wrote(text="2 + 2 = 4"),
        Cited(sentence=sentence),
        Finished(status=Status.ANSWERED),
    ]
    assert shown(log, terminal=False, stream=stream)[0].strip() == "2 + 2 = **4**"


def test_rows_come_after_the_sentence_and_their_query_before_the_sources() -> None:
    out, _ = shown(tabled("a", Question(text="?")), terminal=False)
    assert out == (f"{TEXT} [1]\n\n{tables.told(TABLE)}\n\nSources:\n\n[1] {QUERY.title}\n")


def test_a_terminal_draws_rows_with_their_numbers_to_the_right_and_no_escape_of_a_cell() -> None:
    rows = (("USA\x1b]0;owned\x07", 1300, 523.06), ("Peru", 8, None))
    note = "“states” read as USA"
    hostile = CARD.model_copy(update={"body": TABLE.model_copy(update={"rows": rows, "note": note})})
    out, _ = shown(tabled("a", Question(text="?"), hostile), terminal=True)
    plain = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\\\", "", out)
    assert "\x1b" not in plain
    lines = [line.rstrip() for line in plain.splitlines()]
    at = lines.index(note)
    assert lines[at - 1] == TABLE.title
    assert re.fullmatch(r"country +customers +spent \(USD\)", lines[at + 2].strip())
    assert re.fullmatch(r"USA\]0;owned +1,300 +523\.06", lines[at + 4].strip())
    assert re.fullmatch(r"Peru +8 +—", lines[at + 5].strip())
    assert lines[at + 4].index("1,300") + 5 == lines[at + 5].index("8") + 1
    assert "first 2 of 24 rows" in plain
    assert f"  {TABLE.sql}" in plain
    assert plain.index(TEXT) < plain.index(TABLE.title) < plain.index(TABLE.sql) < plain.index("Sources")


@pytest.mark.parametrize(
    ("sql", "part", "said"),
    [
        ("SELECT a\nFROM b", "b", "FROM b\n     ^"),
        ("SELECT a", "a", "SELECT a\n       ^"),
        ("SELECT 'é顧', nam FROM c", "nam", "SELECT 'é顧', nam FROM c\n              ^^^"),
        ("SELECT a,\n\tnam", "nam", "        nam\n        ^^^"),
        ("SELECT a,\n  b FROM c", "a,\n  b", "SELECT a,\n       ^^"),
        ("x" * 100 + " nam " + "y" * 100, "nam", "x" * 39 + " nam " + "y" * 39 + "\n" + " " * 40 + "^^^"),
        ("SELECT a", "", ""),
        ("SELECT a", "b", ""),
    ],
)
def test_the_piece_of_a_query_that_fails_is_pointed_at(sql: str, part: str, said: str) -> None:
    assert table.pointed(sql, part) == said


def test_what_the_text_says_is_not_noted_below_it_and_nothing_is_noted_twice() -> None:
    text = "Nothing here answers this: no passage was found. The search was narrowed: only example.org."
    missing = [
        Degradation(
            part="sources", reason="no_answer", detail="no passage was found; the search was narrowed: only example.org"
        ),
        *[Degradation(part="vectors", reason="late", detail="vectors were late")] * 2,
        Degradation(part="sources", reason="no_index", detail="no passage was found", hint="pincite index PATH"),
    ]
    question = Question(text="what?")
    log = [
        Started(answer_id="a", question=question),
        Wrote(text=text),
        Finished(status=Status.ANSWERED, degraded=tuple(missing)),
    ]
    _, err = shown(log, terminal=False)
    assert err == "note: vectors were late\nnote: no passage was found\n  → pincite index PATH\n"
