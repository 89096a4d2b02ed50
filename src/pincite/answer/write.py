"""How does a model write the answer? One call, its text cited and checked as it streams.

The face::

    async for event in write(question, sources, history, model, checker, settings, deadline, today):
        match event:
            case Wrote() | Cited(): ...     # hand on, in order
            case Written(): ...             # the last one: what it cost, and how the model declared the end

``write`` makes exactly one call of ``model.stream``. A ``ModelFailed`` raised before the first ``Wrote`` means that
nobody has seen anything: extract the answer instead. One raised after it means that the text is a part; the text so
far, and the ``Cited`` of its last sentence, have been yielded before. Closing the generator cancels the model's call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pincite.events import Cited, Wrote
from pincite.ports import Deadline, ModelClient, SupportChecker
from pincite.settings import AnswerSettings
from pincite.types import Answer, Source, Usage


@dataclass(frozen=True)
class Written:
    """The reply is complete. ``finish`` is ``length`` where the model hit its limit in mid-sentence."""

    usage: Usage
    finish: Literal["stop", "length", "filter"]


async def write(
    question: str,
    sources: Sequence[Source],
    history: Sequence[Answer],
    model: ModelClient,
    checker: SupportChecker,
    settings: AnswerSettings,
    deadline: Deadline,
    today: date,
) -> AsyncIterator[Wrote | Cited | Written]:
    """The model's answer to ``question`` from ``sources``, as events. ``[n]`` is the source numbered n."""
    raise NotImplementedError
    yield
