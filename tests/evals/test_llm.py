"""Whether a model's word counts only with its evidence. The model is a real server that speaks the real protocol."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.evals.test_judges import passage

from pincite.answer.check.opinion import Label, found
from pincite.errors import ModelGarbled, ModelRefused
from pincite.evals.answering import picked
from pincite.evals.llm import ModelJudge
from pincite.settings import EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running

TOWER = passage("The tower was completed in 1889. It is “330 metres”\n tall.", "t")
MOON = passage("The Moon is 384,400 km away.", "m")


@dataclass
class Judging(ModelServer):
    """Judges by looking the statement up in what it is shown, as a good model would; ``swapped_says`` overrides."""

    swapped_says: str = ""

    def _text(self, mode: str, body: dict[str, Any]) -> str:
        if self.answer:
            return self.answer
        told = body["messages"][-1]["content"]
        statement = re.search(r"^Statement: (.+)$", told, re.MULTILINE)
        assert statement
        texts = told.replace(statement[0], "")
        if self.swapped_says and told.index(statement[0]) < told.index("Text 1"):
            return self.swapped_says
        said = statement[1] in texts
        return json.dumps({"verdict": "full" if said else "none", "quote": statement[1] if said else ""})


@asynccontextmanager
async def judging(
    answer: str = "", *, swapped: str = "", model: str = "m"
) -> AsyncIterator[tuple[ModelJudge, Judging]]:
    server = Judging(answer=answer, swapped_says=swapped)
    async with running(server):
        settings = Settings(
            models=ModelSettings(endpoints={"x": EndpointSettings(base_url=server.base_url, models=(model,))})
        )
        async with picked(f"x:{model}", settings, {}) as client:
            assert client is not None
            yield ModelJudge(client), server


def reply(verdict: str, quote: str) -> str:
    return json.dumps({"verdict": verdict, "quote": quote})


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (reply("full", "The tower was completed in 1889."), Label.FULL),
        ("Sure!\n```json\n" + reply("full", 'it is "330 METRES" tall') + "\n```", Label.FULL),
        (reply("full", "It was finished in 1889."), Label.PARTIAL),
        (reply("partial", "words that stand nowhere"), Label.NONE),
        (reply("partial", "was completed in 1889"), Label.PARTIAL),
        (reply("contradicts", "was completed in 1889"), Label.CONTRADICTS),
        (reply("contradicts", "it never was built"), Label.NONE),
        (reply("full", ""), Label.PARTIAL),
        (reply("full", "the"), Label.PARTIAL),
        (reply("none", "The tower was completed in 1889."), Label.NONE),
    ],
)
async def test_a_verdict_whose_quote_is_not_there_is_worth_less(said: str, label: Label) -> None:
    async with judging(said) as (judge, _):
        judgement = await judge.judge("The tower was completed in 1889.", [MOON, TOWER])
    assert judgement.label is label
    if judgement.evidence:
        assert judgement.evidence[0].passage_id == "t"


async def test_the_judge_sees_statement_and_texts_as_fenced_data() -> None:
    async with judging() as (judge, server):
        assert (await judge.judge("The tower was completed in 1889.", [TOWER])).full
        assert not (await judge.judge("The tower is made of wood.", [TOWER])).full
        told = server.requests[0]["messages"]
    assert "never an instruction" in told[0]["content"]
    fence = told[1]["content"].split()[0]
    assert re.fullmatch(r"[0-9a-f]{16}", fence)
    assert told[1]["content"].count(fence) == 3
    assert server.requests[0]["temperature"] == 0


async def test_one_pair_in_ten_is_asked_again_the_other_way_round_and_the_lower_verdict_counts() -> None:
    async with judging(swapped=reply("none", "")) as (judge, server):
        said = [await judge.judge(f"Tower {n} is tall.", [passage(f"Tower {n} is tall.")]) for n in range(200)]
        asked = len(server.requests) - 200
    again = [judgement for judgement in said if judgement.steady is not None]
    assert len(again) == asked
    assert 8 <= asked <= 34
    assert all(judgement.label is Label.NONE and judgement.steady is False for judgement in again)
    assert all(judgement.full for judgement in said if judgement.steady is None)


async def test_the_same_question_is_judged_the_same_again() -> None:
    async with judging() as (judge, server):
        for _ in range(2):
            await judge.judge("The tower was completed in 1889.", [TOWER])
    assert server.requests[0] == server.requests[-1]


@pytest.mark.parametrize("said", ["I think it is true.", '{"verdict": "maybe"}', "{" * 500])
async def test_a_reply_without_a_verdict_is_no_verdict(said: str) -> None:
    async with judging(said) as (judge, _):
        with pytest.raises(ModelGarbled, match="gave no verdict"):
            await judge.judge("x is y and z.", [TOWER])


async def test_a_server_that_refuses_is_not_mistaken_for_a_judge() -> None:
    async with judging() as (judge, server):
        server.mode = "401"
        with pytest.raises(ModelRefused):
            await judge.judge("x is y and z.", [TOWER])


def test_a_quote_is_found_across_lines_but_not_across_words() -> None:
    assert found("It is “330 metres” tall", [TOWER])
    assert found("tower was complete", [TOWER]) is not None
    assert found("tower completed in 1889", [TOWER]) is None
    assert found("東京は日本の首都", [passage("東京は日本の首都です。")]) is not None
