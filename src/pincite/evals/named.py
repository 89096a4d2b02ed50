"""Which judge does this name mean? ``lexical``, ``support``, ``verbatim``, ``support:…`` or ``llm:endpoint:model``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

from pincite.errors import BadInput
from pincite.evals import answering, judges
from pincite.evals.llm import ModelJudge
from pincite.ports import ModelClient
from pincite.settings import EndpointSettings, Settings

_OWN: dict[str, Callable[[], judges.SupportJudge]] = {
    "lexical": judges.lexical,
    "support": judges.support,
    "verbatim": judges.Verbatim,
}
KNOWN = ("lexical", "support", "verbatim", "support:package.module:factory", "llm:endpoint:model")


def is_model(by: str) -> bool:
    return by.partition(":")[0] == "llm"


@asynccontextmanager
async def judge(
    by: str,
    settings: Settings,
    env: Mapping[str, str],
    *,
    url: str = "",
    key_env: str = "",
    seed: int = 0,
    others: tuple[str, ...] = (),
) -> AsyncGenerator[judges.SupportJudge]:
    """The judge of that name. ``others`` are names that the caller knows besides. Raises ``BadInput``."""
    kind, _, name = by.partition(":")
    if is_model(by):
        async with model(by, settings, env, url=url, key_env=key_env) as client:
            yield ModelJudge(client, seed=seed)
    elif kind == "support" and name:
        yield judges.checker(name)
    elif kind in _OWN and not name:
        yield _OWN[kind]()
    else:
        raise BadInput(f"there is no judge {by!r}", hint=f"there are {', '.join((*KNOWN, *others))}")


@asynccontextmanager
async def model(
    by: str, settings: Settings, env: Mapping[str, str], *, url: str = "", key_env: str = ""
) -> AsyncGenerator[ModelClient]:
    """The model behind ``llm:endpoint:model``, or behind ``llm:model`` at ``url``, which no setting needs to name.

    Raises ``BadInput`` where none is named, and what ``answering.picked`` raises.
    """
    name, models = by.partition(":")[2], settings.models
    if url:
        own = EndpointSettings(base_url=url, key_env=key_env)
        models = models.model_copy(update={"endpoints": {**models.endpoints, "judge": own}})
        name = f"judge:{name.removeprefix('judge:')}"
    chosen = settings.model_copy(update={"models": models})
    async with answering.picked(name or models.default, chosen, env) as client:
        if client is None:
            raise BadInput("no model is named", hint="--by llm:endpoint:model; pincite models lists them")
        yield client
