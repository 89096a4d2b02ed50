from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pincite.events import Cited, Event, Finished, Stamped, Started, Suggested, Wrote, fold
from pincite.types import Question, Sentence, Status, Verdict
from pincite.web.api.events import Lines, ServerSent, joined

OPENING = Started(answer_id="a", question=Question(text="How tall?"))
MORE = st.one_of(
    st.text(max_size=5).map(lambda text: Wrote(text=text)),
    st.just(Suggested(follow_ups=("Why?",))),
    st.integers(0, 9).map(lambda at: Cited(sentence=Sentence(start=at, end=at + 3, verdict=Verdict.UNCITED))),
)


def stamped(events: list[Event]) -> list[Stamped]:
    log = [OPENING, *events, Finished(status=Status.ANSWERED)]
    return [Stamped(seq=seq, event=event) for seq, event in enumerate(log, start=1)]


@given(st.lists(MORE, max_size=20), st.integers(0, 22))
def test_joining_changes_neither_the_fold_nor_where_a_follower_goes_on(events: list[Event], cut: int) -> None:
    log = stamped(events)
    sent = [*joined(log[:cut]), *joined(log[cut:])]
    assert fold(event for _, event in sent) == fold(one.event for one in log)
    assert [seq for seq, _ in sent] == sorted({seq for seq, _ in sent})
    assert cut == 0 or [*joined(log[:cut])][-1][0] == log[:cut][-1].seq


def test_an_event_on_the_wire_has_id_kind_and_data() -> None:
    wire = ServerSent().render([Stamped(seq=7, event=Wrote(text="a\nb")), Stamped(seq=8, event=Wrote(text="“c”"))])
    assert wire.decode() == 'id: 8\nevent: wrote\ndata: {"kind":"wrote","text":"a\\nb“c”"}\n\n'


@given(st.lists(MORE, max_size=10))
def test_lines_read_back_as_the_log(events: list[Event]) -> None:
    log = stamped(events)
    read = [Stamped.model_validate_json(line) for line in Lines().render(log).splitlines()]
    assert [(one.seq, one.event) for one in read] == list(joined(log))
