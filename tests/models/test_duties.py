"""Does each model get what it is set to do, and does one that can't be used cost nothing?"""

from __future__ import annotations

import pytest

from pincite.errors import UnknownModel
from pincite.models import Picker
from pincite.models.duties import Duties, duties
from pincite.settings import EndpointSettings, ModelSettings

HERE = {"here": EndpointSettings(base_url="http://127.0.0.1:9/v1", models=("big", "small", "other"))}


def ids(made: Duties) -> dict[str, str | None]:
    clients = {"writer": made.writer, "planner": made.planner}
    return {name: client.card.id if client else None for name, client in clients.items()}


async def cast(name: str | None = None, **settings: str) -> Duties:
    chosen = ModelSettings.model_validate({"endpoints": HERE, **settings})
    picker = Picker(chosen, {})
    try:
        return await duties(picker, chosen, name)
    finally:
        await picker.close()


async def test_the_planner_is_another_model_than_the_writer_where_one_is_set() -> None:
    assert ids(await cast(default="here:big", planner="here:small")) == {"writer": "here:big", "planner": "here:small"}
    assert ids(await cast(default="here:big")) == {"writer": "here:big", "planner": None}


async def test_picking_another_writer_leaves_the_planner() -> None:
    made = await cast("here:other", default="here:big", planner="here:small")
    assert ids(made) == {"writer": "here:other", "planner": "here:small"}


async def test_whoever_asks_for_no_model_gets_none_for_anything() -> None:
    assert await cast("none", default="here:big", planner="here:small") == Duties()


async def test_a_planner_may_be_there_without_a_writer() -> None:
    assert ids(await cast(planner="here:small")) == {"writer": None, "planner": "here:small"}


@pytest.mark.parametrize("planner", ["here:nobody", "nowhere:x", "openai:gpt-4.1"])
async def test_a_planner_that_can_not_be_used_costs_no_answer(planner: str) -> None:
    made = await cast(default="here:big", planner=planner)
    assert ids(made) == {"writer": "here:big", "planner": None}
    assert made.problem is None


async def test_a_writer_that_can_not_be_used_is_told_and_one_that_does_not_exist_is_refused() -> None:
    locked = await cast("openai:gpt-4.1", planner="here:small")
    assert locked.problem is not None
    assert locked.problem.reason == "no_key"
    assert ids(locked) == {"writer": None, "planner": "here:small"}
    with pytest.raises(UnknownModel, match="here:nobody"):
        await cast("here:nobody")


async def test_another_model_writes_first_unless_somebody_picked_the_writer() -> None:
    routed = await cast(default="here:big", first="here:small")
    assert (routed.first and routed.first.card.id, ids(routed)["writer"]) == ("here:small", "here:big")
    assert (await cast("here:big", default="here:big", first="here:small")).first is None
    assert (await cast("none", default="here:big", first="here:small")).first is None


async def test_nobody_writes_first_where_nobody_could_write_after() -> None:
    assert (await cast(first="here:small")).first is None
    assert (await cast(default="openai:gpt-4.1", first="here:small")).first is None


async def test_one_that_should_write_first_and_can_not_be_used_costs_nothing() -> None:
    made = await cast(default="here:big", first="openai:gpt-4.1")
    assert (made.first, made.problem, ids(made)["writer"]) == (None, None, "here:big")


async def test_a_checker_reads_again_what_a_model_wrote_and_only_that() -> None:
    made = await cast(default="here:big", checker="here:small")
    assert made.checker is not None
    assert made.checker.card.id == "here:small"
    assert (await cast(checker="here:small")).checker is None, "nobody writes"
    assert (await cast("none", default="here:big", checker="here:small")).checker is None
    assert (await cast(default="here:big", checker="here:nobody")).checker is None
