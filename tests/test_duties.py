"""Each model does what the settings say, through the whole house: real servers on loopback, the engine, the library."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.test_engine import TOWER, original

from pincite.engine import AnswerEngine
from pincite.index import Index
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Question, Verdict

INVENTED = "It weighs nine tonnes and hums at night [1]. Napoleon carried it to Rome in 1492 [1]."
FREE = "One would climb 330 metres to stand on top of it [1]."


class Judging(ModelServer):
    """Finds everything supported, by words of the passage."""

    def _text(self, mode: str, body: dict[str, Any]) -> str:
        return json.dumps({"verdict": "full", "quote": "It is 330 metres tall"})


def told(data_dir: Path, servers: dict[str, ModelServer], **duties: Any) -> Settings:
    endpoints = {name: EndpointSettings(base_url=one.base_url, models=("m",)) for name, one in servers.items()}
    settings = Settings(
        data_dir=data_dir,
        models=ModelSettings(endpoints=endpoints, first_s=60, **duties),
        answer=AnswerSettings(second_s=60),
    )
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add([original("eiffel-tower", TOWER)])
    return settings


async def test_a_cheap_model_that_makes_things_up_is_never_read_and_the_answer_says_who_wrote(tmp_path: Path) -> None:
    cheap, dear = ModelServer(answer=INVENTED), ModelServer(mode="sources")
    async with running(cheap), running(dear):
        servers = {"cheap": cheap, "dear": dear}
        settings = told(tmp_path, servers, default="dear:m", first="cheap:m", prices=("cheap:m=1/1", "dear:m=1/1"))
        async with await AnswerEngine.open(settings, env={}) as engine:
            answer = await engine.answer(Question(text="How tall is the Eiffel Tower?"))
            kept = await engine.library.answer(answer.id)
            picked = await engine.answer(Question(text="How tall is the Eiffel Tower?", model="cheap:m"))
    assert kept == answer
    assert (answer.model, answer.usage.writer, answer.usage.model_calls) == ("dear:m", "dear:m", 2)
    assert answer.usage.dollars
    assert "Napoleon" not in answer.text
    assert answer.degraded == ()
    assert (len(cheap.requests), len(dear.requests)) == (2, 1)
    assert (picked.usage.writer, "Napoleon" in picked.text) == ("cheap:m", True), "who picks a model gets that one"


async def test_a_second_reader_is_asked_about_what_words_can_not_decide(tmp_path: Path) -> None:
    writer, judge = ModelServer(answer=FREE), Judging()
    async with running(writer), running(judge):
        settings = told(tmp_path, {"writer": writer, "judge": judge}, default="writer:m", checker="judge:m")
        async with await AnswerEngine.open(settings, env={}) as engine:
            answer = await engine.answer(Question(text="How tall is the Eiffel Tower?"))
    assert len(judge.requests) == 1
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.SUPPORTED]
    quote = answer.sentences[0].citations[0].quote
    assert quote is not None
    assert answer.sources[0].passages[0].text[quote.start : quote.end] == "It is 330 metres tall"
