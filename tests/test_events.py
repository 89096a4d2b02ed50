"""An answer is the fold of its events, and an answer's shortest log folds back to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pincite.events import (
    EVENT,
    Carded,
    Cited,
    Event,
    Finished,
    Sourced,
    Stamped,
    Started,
    Stepped,
    Suggested,
    Wrote,
    fold,
    replay,
)
from pincite.types import (
    Answer,
    Card,
    Citation,
    Degradation,
    Document,
    Fact,
    Passage,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Verdict,
)

DOCUMENT = Document(id="d1", url="https://example.org/a", title="A", site="example.org")
PASSAGE = Passage(id="p1", document=DOCUMENT, text="The tower is 330 m tall.", start=0, end=24)
SOURCE = Source(number=1, document=DOCUMENT, passages=(PASSAGE,))
STARTED = Started(answer_id="a1", question=Question(id="q1", thread_id="t1", text="How tall is the tower?"))
CITATION = Citation(source=1, passage_id="p1", quote=Span(start=0, end=24), support=1.0)


def sentence(start: int, end: int, verdict: Verdict = Verdict.SUPPORTED) -> Sentence:
    return Sentence(start=start, end=end, citations=(CITATION,), verdict=verdict)


def test_an_answer_is_the_fold_of_its_events() -> None:
    answer = fold(
        [
            STARTED,
            Stepped(step="gather", detail="1 passage", ms=3.0),
            Sourced(sources=(SOURCE,)),
            Wrote(text="The tower is "),
            Wrote(text="330 m tall."),
            Cited(sentence=sentence(0, 24)),
            Suggested(follow_ups=("Who built it?",)),
            Finished(status=Status.ANSWERED, timings={"total": 5.0}),
        ]
    )
    assert answer.text == "The tower is 330 m tall."
    assert answer.sentences == (sentence(0, 24),)
    assert answer.sources == (SOURCE,)
    assert answer.status is Status.ANSWERED


def test_a_later_verdict_for_the_same_span_replaces_the_earlier_one() -> None:
    answer = fold(
        [STARTED, Wrote(text="No."), Cited(sentence=sentence(0, 3)), Cited(sentence=sentence(0, 3, Verdict.PARTIAL))]
    )
    assert [s.verdict for s in answer.sentences] == [Verdict.PARTIAL]


def test_an_unfinished_log_folds_to_a_running_answer() -> None:
    assert fold([STARTED, Wrote(text="The")]).status is Status.RUNNING


@pytest.mark.parametrize(
    "log",
    [
        [],
        [Wrote(text="x")],
        [STARTED, STARTED],
        [STARTED, Finished(status=Status.ANSWERED), Wrote(text="late")],
        [STARTED, Finished(status=Status.ANSWERED), Finished(status=Status.ANSWERED)],
    ],
)
def test_a_log_that_breaks_the_grammar_is_refused(log: list[Event]) -> None:
    with pytest.raises(ValueError, match=r"Started|Finished"):
        fold(log)


texts = st.text(max_size=40)
answers = st.builds(
    Answer,
    id=st.just("a1"),
    question=st.just(STARTED.question),
    model=st.none() | st.just("local:qwen"),
    text=texts,
    sentences=st.lists(st.integers(0, 9), unique=True, max_size=3).map(
        lambda starts: tuple(sentence(s, s + 1) for s in sorted(starts))
    ),
    sources=st.sampled_from([(), (SOURCE,)]),
    cards=st.sampled_from([(), (Card(id="c", widget="instant", title="t", text="x", body=Fact(value="330 m")),)]),
    follow_ups=st.lists(texts, max_size=3).map(tuple),
    status=st.sampled_from([Status.ANSWERED, Status.STOPPED, Status.FAILED, Status.INTERRUPTED]),
    degraded=st.sampled_from([(), (Degradation(part="model", reason="cut", detail="cut off"),)]),
)


@given(answers)
def test_the_fold_of_a_replay_is_the_answer(answer: Answer) -> None:
    assert fold(replay(answer)) == answer


@given(answers)
def test_every_event_survives_json(answer: Answer) -> None:
    for seq, event in enumerate(replay(answer), 1):
        stamped = Stamped(seq=seq, event=event)
        assert Stamped.model_validate_json(stamped.model_dump_json()) == stamped
        assert EVENT.validate_json(EVENT.dump_json(event)) == event


def test_unknown_fields_of_an_event_are_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        EVENT.validate_python({"kind": "wrote", "text": "x", "colour": "red"})


def test_a_card_with_the_same_id_replaces_the_earlier_one() -> None:
    first = Card(id="c", widget="instant", title="t", text="1", body=Fact(value="1"))
    second = first.model_copy(update={"text": "2"})
    assert fold([STARTED, Carded(card=first), Carded(card=second)]).cards == (second,)


def test_a_service_that_is_missed_is_called_as_people_call_it() -> None:
    missed = Degradation(
        part="semanticscholar", reason="timeout", detail="Semantic Scholar: it had not answered in time"
    )
    assert missed.called == "Semantic Scholar"
    assert Degradation(part="phrases", reason="not_found", detail="none has it").called == "phrases"
