"""Which model does what for one question? Who writes, plans, checks: each by its own setting."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from pincite.errors import ModelFailed, PinciteError
from pincite.models.picker import Picker
from pincite.ports import ModelClient
from pincite.settings import ModelSettings

log = structlog.get_logger()

NOBODY = "none"
"""Whoever asks for this model gets none, for no duty."""


@dataclass(frozen=True)
class Duties:
    """The models of one question. ``problem`` says why nobody writes though somebody was to."""

    writer: ModelClient | None = None
    problem: ModelFailed | None = None
    planner: ModelClient | None = None
    """``None``: whoever writes plans as well."""
    first: ModelClient | None = None
    """Writes before ``writer``; ``None`` where somebody picked who is to write."""
    checker: ModelClient | None = None
    """Reads again what words can't decide of a model's text."""


async def duties(picker: Picker, settings: ModelSettings, name: str | None) -> Duties:
    """``name`` is the writer that was asked for; ``None`` is the configured one.

    A model that can't be used costs no answer. Raises ``UnknownModel`` for a writer that does not exist.
    """
    if name == NOBODY:
        return Duties()
    try:
        writer, problem = await picker.pick(name), None
    except ModelFailed as failed:
        writer, problem = None, failed
    first = await _beside(picker, settings.first) if writer and name is None else None
    checker = await _beside(picker, settings.checker) if writer else None
    return Duties(writer, problem, await _beside(picker, settings.planner), first, checker)


async def _beside(picker: Picker, name: str) -> ModelClient | None:
    try:
        return await picker.pick(name) if name else None
    except PinciteError as error:  # one that helps is missed by nobody: whoever writes does it
        log.warning("model_left_out", model=name, detail=error.detail, hint=error.hint)
        return None
