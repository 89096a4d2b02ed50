"""What does a person's plan let it use? Which models may write, how many questions a day, how large a file.

Where the settings name no plans, nobody has limits, and neither has whoever is alone on a server.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from pincite.errors import LockedModel, TooLarge
from pincite.library.access import Visitor
from pincite.settings import PlanSettings, Settings
from pincite.types import Question

NONE = "none"
"""An answer without a model is for everybody."""


def plan_of(visitor: Visitor, settings: Settings) -> PlanSettings:
    """The limits that hold for ``visitor``. Who is on a plan that is no longer there is taken for new."""
    people = settings.people
    if visitor.alone or not people.plans:
        return PlanSettings()
    return people.plans.get(visitor.actor.plan, people.plans[people.plan])


def allows(plan: PlanSettings, model: str) -> bool:
    """Whether ``model``, a card's id such as ``openai:gpt-5``, may write on that plan."""
    return model == NONE or any(fnmatchcase(model, pattern) for pattern in plan.models)


def writer(question: Question, plan: PlanSettings, default: str | None) -> Question:
    """``question``, with no model where the default one is beyond the plan. Raises ``LockedModel`` for one that was
    picked."""
    if question.model is None:
        allowed = default is None or allows(plan, default)
        return question if allowed else question.model_copy(update={"model": NONE})
    if not allows(plan, question.model):
        names = ", ".join(plan.models) or NONE
        raise LockedModel(f"your plan does not include the model {question.model!r}", hint=f"it includes: {names}")
    return question


def fits(size: int, plan: PlanSettings) -> None:
    """Raises ``TooLarge`` for a file of so many bytes, if that is more than the plan lets in."""
    if plan.max_upload_mb and size > plan.max_upload_mb * 1e6:
        raise TooLarge(
            f"the file has {size / 1e6:.3g} MB, and your plan lets in {plan.max_upload_mb:g} MB", hint="split the file"
        )


def most_mb(plan: PlanSettings, settings: Settings) -> float:
    """The largest file that the plan and this server let in."""
    server = settings.index.max_file_mb
    return min(plan.max_upload_mb, server) if plan.max_upload_mb else server


def limits(plan: PlanSettings, question: Question) -> dict[str, int]:
    """How many a day there may be of what ``question`` is one of; what the plan does not limit is not here."""
    most = {"questions": plan.questions_per_day}
    if question.mode == "copilot":
        most["copilot"] = plan.copilot_per_day
    return {what: number for what, number in most.items() if number}
