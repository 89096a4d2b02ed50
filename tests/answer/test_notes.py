"""What was found, and what a planner said, is not paid for twice; and the seconds that it took stay spent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import pytest

from pincite.answer.notes import Notes
from pincite.errors import ModelStalled, ModelUnreachable
from pincite.ports import Deadline, Hits, ModelCard, Prompt, Query, Stop, Token, Turn
from pincite.types import Degradation, Document, Filters, Hit, Passage


class Time:
    """A clock that is put on by hand."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Backend:
    name = "here"

    def __init__(self, time: Time, took: float = 0.0) -> None:
        self.asked: list[str] = []
        self._time = time
        self._took = took

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        self.asked.append(query.text)
        self._time.now += self._took
        if query.text == "fails":
            raise ModelUnreachable("down", reason="connection")
        document = Document(id="d", url="https://example.org", title="D")
        passage = Passage(id=query.text, document=document, text="é", start=0, end=1)
        hit = Hit(passage=passage, score=0.1 + 0.2, backend="here", signals={"bm25": 1 / 3})
        return Hits.of([hit], [Degradation(part="x", reason="y", detail="z")], "note", ["d"])


class Model:
    card = ModelCard("m", "m", "e", "openai", "this machine")

    def __init__(self, *said: Token | Stop | Exception) -> None:
        self.said = said
        self.prompts: list[Prompt] = []

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[Token | Stop]:
        self.prompts.append(prompt)
        for one in self.said:
            if isinstance(one, Exception):
                raise one
            yield one


def asking(key: str, text: str = "t") -> Prompt:
    return Prompt("", (Turn("user", text),), 10, key=key)


async def test_a_search_that_was_made_is_read_from_its_note_with_all_that_it_told() -> None:
    kept: dict[str, str] = {}
    time = Time()
    before = Notes(kept.__setitem__, clock=time)
    made = Backend(time)
    first = await before.searched(made).search(Query("q"), before.begun(9))
    after = Notes(lambda *_: pytest.fail("noted again"), kept, clock=time)
    idle = Backend(time)
    again = await after.searched(idle).search(Query("q"), after.begun(9))
    assert (made.asked, idle.asked) == (["q"], [])
    assert isinstance(first, Hits)
    assert isinstance(again, Hits)
    assert again == first
    assert (again.missing, again.note, again.whole) == (first.missing, first.note, first.whole)


@pytest.mark.parametrize(
    "other", [Query("p"), Query("q", 5), Query("q", filters=Filters(sites=("a.org",))), Query("q", whole_tokens=9)]
)
async def test_another_search_is_made(other: Query) -> None:
    kept: dict[str, str] = {}
    time = Time()
    backend = Backend(time)
    for query in (Query("q"), other):
        notes = Notes(kept.__setitem__, dict(kept), clock=time)
        await notes.searched(backend).search(query, notes.begun(9))
    assert len(backend.asked) == 2


async def test_what_failed_is_searched_for_again_and_a_note_of_another_version_is_none() -> None:
    kept: dict[str, str] = {}
    time = Time()
    backend = Backend(time)
    notes = Notes(kept.__setitem__, clock=time)
    with pytest.raises(ModelUnreachable):
        await notes.searched(backend).search(Query("fails"), notes.begun(9))
    assert kept == {}
    await notes.searched(backend).search(Query("q"), notes.begun(9))
    strange = Notes(kept.__setitem__, dict.fromkeys(kept, '{"at": 1}'), clock=time)
    await strange.searched(backend).search(Query("q"), strange.begun(9))
    assert backend.asked == ["fails", "q", "q"]


async def test_the_seconds_of_a_dead_process_count_and_those_between_do_not() -> None:
    kept: dict[str, str] = {}
    time = Time()
    dead = Notes(kept.__setitem__, clock=time)
    deadline = dead.begun(45)
    await dead.searched(Backend(time, took=10)).search(Query("q"), deadline)
    time.now += 1000  # nobody was there
    next_ = Notes(kept.__setitem__, dict(kept), clock=time)
    deadline = next_.begun(45)
    assert deadline.left() == 45
    await next_.searched(Backend(time)).search(Query("q"), deadline)
    assert deadline.left() == pytest.approx(35)
    await next_.searched(Backend(time, took=5)).search(Query("p"), deadline)
    assert deadline.left() == pytest.approx(30)
    time.now += 1000
    third = Notes(kept.__setitem__, dict(kept), clock=time)
    deadline = third.begun(45)
    await third.searched(Backend(time)).search(Query("p"), deadline)
    assert deadline.left() == pytest.approx(30)


async def test_a_plan_is_asked_for_once_and_costs_the_same_again() -> None:
    kept: dict[str, str] = {}
    time = Time()
    said = (Token("a "), Token("plan"), Stop("stop", 7, 3))
    model = Model(*said)
    notes = Notes(kept.__setitem__, clock=time)
    first = [piece async for piece in notes.asked(model).stream(asking("k", "one fence"), notes.begun(9))]
    again = Notes(kept.__setitem__, kept, clock=time)
    second = [piece async for piece in again.asked(model).stream(asking("k", "another fence"), again.begun(9))]
    assert first == list(said)
    assert second == [Token("a plan"), Stop("stop", 7, 3)]
    assert len(model.prompts) == 1


async def test_a_text_is_asked_for_again() -> None:
    kept: dict[str, str] = {}
    model = Model(Token("text"), Stop("stop"))
    for _ in range(2):
        notes = Notes(kept.__setitem__, dict(kept), clock=Time())
        assert [piece async for piece in notes.asked(model).stream(asking(""), notes.begun(9))] == list(model.said)
    assert len(model.prompts) == 2
    assert kept == {}


async def test_a_call_that_failed_is_not_made_again() -> None:
    kept: dict[str, str] = {}
    model = Model(Token("half"), ModelUnreachable("down", reason="connection"))
    notes = Notes(kept.__setitem__, clock=Time())
    with pytest.raises(ModelUnreachable):
        [piece async for piece in notes.asked(model).stream(asking("k"), notes.begun(9))]
    again = Notes(kept.__setitem__, kept, clock=Time())
    with pytest.raises(ModelStalled):
        [piece async for piece in again.asked(model).stream(asking("k"), again.begun(9))]
    assert len(model.prompts) == 1
