from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from pincite.errors import Conflict, LockedModel, Spent, TooLarge
from pincite.library import Library
from pincite.library.access import LOCAL, Role, Visitor
from pincite.settings import IndexSettings, PeopleSettings, PlanSettings, Settings
from pincite.types import Actor, Question, new_id
from pincite.web.plans import allows, fits, limits, most_mb, plan_of, writer

SMALL = PlanSettings(models=("ollama:*", "openai:gpt-5-mini"), questions_per_day=2, copilot_per_day=1)
LARGE = PlanSettings(questions_per_day=50)
SETTINGS = Settings(people=PeopleSettings(plan="large", plans={"small": SMALL, "large": LARGE}))
ADA = Visitor(Actor(id="me", kind="person", name="Ada", plan="small"), Role.MEMBER)


def test_a_plan_holds_for_who_is_on_it_and_that_of_the_new_for_who_is_on_none() -> None:
    assert plan_of(ADA, SETTINGS) == SMALL
    assert plan_of(LOCAL, SETTINGS) == PlanSettings()
    assert plan_of(Visitor(Actor(id="b", plan="gone"), Role.MEMBER), SETTINGS) == LARGE
    assert plan_of(ADA, Settings()) == PlanSettings()
    assert allows(PlanSettings(), "anything:at-all")


@pytest.mark.parametrize(
    ("model", "allowed"), [("none", True), ("ollama:qwen3", True), ("openai:gpt-5-mini", True), ("openai:gpt-5", False)]
)
def test_a_model_beyond_the_plan_is_refused_by_name(model: str, allowed: bool) -> None:
    asked = Question(text="What?", model=model)
    if allowed:
        assert writer(asked, SMALL, None) == asked
    else:
        with pytest.raises(LockedModel, match=r"does not include the model 'openai:gpt-5'"):
            writer(asked, SMALL, None)


def test_a_default_model_beyond_the_plan_leaves_an_answer_without_one() -> None:
    asked = Question(text="What?")
    assert writer(asked, SMALL, "openai:gpt-5").model == "none"
    assert writer(asked, SMALL, "ollama:qwen3") == asked
    assert writer(asked, SMALL, None) == asked


async def test_questions_are_counted_a_day_and_one_that_does_not_start_counts_nothing(tmp_path: Path) -> None:
    async with await Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}") as library:
        await library.people.add("ada@example.org", "correct horse battery", Role.OWNER)

        async def ask(
            mode: Literal["quick", "copilot"] = "quick",
            key: str | None = None,
            body: str = "",
            plan: PlanSettings = SMALL,
        ) -> str:
            question = Question(text="What?", mode=mode, asker=ADA.actor)
            return await library.begin(question, new_id(), key=key, body_hash=body, limits=limits(plan, question))

        first = await ask("copilot", "key", "body")
        with pytest.raises(Spent, match="1 copilot a day"):
            await ask("copilot")
        assert await ask("copilot", "key", "body") == first
        with pytest.raises(Conflict):
            await ask("copilot", "key", "another body")
        second = await ask()
        with pytest.raises(Spent, match="2 questions a day") as caught:
            await ask()
        assert "midnight UTC" in caught.value.hint
        assert caught.value.retry_after_s
        assert 0 < caught.value.retry_after_s <= 86_400
        third = await ask(plan=PlanSettings())
        kept = await library._read(lambda c: c.exec_driver_sql("SELECT id FROM answers").scalars().all())
        assert set(kept) == {first, second, third}
        await library._write(
            lambda desk: desk.connection.exec_driver_sql("UPDATE uses SET day = day - 1")  # as if it were tomorrow
        )
        await ask("copilot")
        counts = await library._read(lambda c: c.exec_driver_sql("SELECT what, count FROM uses").all())
        assert sorted(map(tuple, counts)) == [("copilot", 1), ("questions", 1)]


def test_a_file_that_is_too_large_for_the_plan_is_refused_with_both_sizes() -> None:
    plan = PlanSettings(max_upload_mb=2)
    fits(2_000_000, plan)
    fits(10**12, PlanSettings())
    with pytest.raises(TooLarge, match=r"has 2\.5 MB, and your plan lets in 2 MB"):
        fits(2_500_000, plan)
    with pytest.raises(TooLarge, match=r"has 0\.026 MB, and your plan lets in 0\.01 MB"):
        fits(26_000, PlanSettings(max_upload_mb=0.01))


def test_how_large_a_file_may_be_is_the_least_of_what_plan_and_server_say() -> None:
    server = Settings(index=IndexSettings(max_file_mb=64))
    assert [most_mb(PlanSettings(max_upload_mb=mb), server) for mb in (0, 2, 100)] == [64, 2, 64]
