import asyncio
from collections.abc import AsyncIterator

import pytest

from pincite.answer.question.split import MOST, Part
from pincite.answer.research.propose import parsed as read
from pincite.answer.research.propose import proposed, still_missing
from pincite.errors import ModelRefused, ModelStalled
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token

ASKED = "Where was the director of Low Tide born?"
GOOD = (Part("Who directed Low Tide?"), Part("Where was {} born?", 0))


@pytest.mark.parametrize(
    "said",
    [
        "Who directed Low Tide?\nWhere was [1] born?",
        "1. Who directed Low Tide?\n2. Where was [1] born?",
        "- Who directed Low Tide?\n\n- Where was (1) born?",
        "Here are the questions:\nQ1: Who directed Low Tide?\nQ2: Where was #1 born?".replace("#1", "[1]"),
        '```json\n["Who directed Low Tide?", "Where was [1] born?"]\n```',
        '{"parts": [{"question": "Who directed Low Tide?"}, {"question": "Where was {1} born?"}]}',
        "**Who directed Low Tide?**\n“Where was [[1]] born?”\nwho directed low tide?",
    ],
)
def test_parts_are_read_however_a_model_wraps_them(said: str) -> None:
    assert read(said, ASKED) == GOOD


@pytest.mark.parametrize(
    "said", ["", "   \n", "Sure:", "[]", '{"parts": 3}', "???", "x" * 1000, "Where was [7] born?", "[" * 9000]
)
def test_what_holds_no_part_is_none(said: str) -> None:
    assert read(said, ASKED) is None


def test_numbers_that_name_no_part_stay() -> None:
    said = "Who made Alien (1979)?\nWhat came with iOS #10?\nWas it seen by <5 people?"
    assert read(said, ASKED) == tuple(map(Part, said.split("\n")))


def test_the_question_itself_has_no_parts() -> None:
    assert read("where was the director of Low Tide born", ASKED) == ()


def test_a_part_that_rests_on_two_or_on_a_later_one_is_left_out_with_what_rests_on_it() -> None:
    said = "Who made [2]?\nWho directed Low Tide?\nWhere is [1]?\nDid [2] know [3]?\nWhere was [2] born?"
    assert read(said, ASKED) == (Part("Who directed Low Tide?"), Part("Where was {} born?", 0))


def test_there_are_no_more_than_the_most() -> None:
    found = read("\n".join(f"What is thing {letter}?" for letter in "abcdefgh"), ASKED)
    assert found is not None
    assert len(found) == MOST


class Says:
    def __init__(self, *pieces: str | None) -> None:
        self.card = ModelCard(id="t:m", name="m", endpoint="t", dialect="openai", runs_on="this machine")
        self._pieces = pieces
        self.prompt: Prompt | None = None
        self.closed = False

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.prompt = prompt
        try:
            for piece in self._pieces:
                if piece is None:
                    await asyncio.Event().wait()
                yield Token(str(piece))
            yield Stop("stop")
        finally:
            self.closed = True


async def test_a_plan_is_asked_for_in_one_call() -> None:
    model = Says("Who directed ", "Low Tide?\nWhere was [1]", " born?")
    assert await proposed(ASKED, model, Deadline.after(60)) == GOOD
    assert model.prompt is not None
    assert model.prompt.turns[-1].text == f"Question: {ASKED}"


async def test_searches_for_what_is_missing_and_none_where_it_is_enough() -> None:
    model = Says("1. Bodvik harbour\n2. Olsen born\n3. c d\n4. e f")
    found = await still_missing(ASKED, ["Marta Olsen directed it."], ["Where was she born?"], model, Deadline.after(60))
    assert found == ("Bodvik harbour", "Olsen born", "c d")
    assert model.prompt is not None
    assert "Marta Olsen directed it." in model.prompt.turns[-1].text
    assert await still_missing(ASKED, [], [], Says("Enough."), Deadline.after(60)) == ()


async def test_a_planner_that_refuses_is_not_searched_for() -> None:
    for said in ("I'm sorry, but I can't help with that.", "I cannot fulfill your request."):
        with pytest.raises(ModelRefused, match="refused to plan"):
            await proposed(ASKED, Says(said), Deadline.after(60))
        with pytest.raises(ModelRefused):
            await still_missing(ASKED, [], [], Says(said), Deadline.after(60))


async def test_a_planner_that_is_silent_is_told_and_closed() -> None:
    model = Says("Who ", None)
    with pytest.raises(ModelStalled, match="t:m had not planned"):
        await proposed(ASKED, model, Deadline.after(0.05))
    assert model.closed
