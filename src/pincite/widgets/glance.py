"""Is there a widget that answers this? The first whose grammar takes in the whole question; mostly there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache

import structlog

from pincite.errors import Unfetchable
from pincite.plugins import discover
from pincite.ports import Glance
from pincite.settings import Settings
from pincite.types import Card, Degradation, Fact
from pincite.widgets.sources import Sources
from pincite.widgets.widget import Lookup, Reply, Widget
from pincite.widgets.wording import core

log = structlog.get_logger()

GRACE_S = 1.0
"""A lookup keeps its deadline by itself; one that does not is ended this much later."""


@cache
def widgets() -> tuple[Widget, ...]:
    """All that there are: a file in this folder that defines ``WIDGET``, or another distribution's entry point."""
    return tuple(value for _, value in discover("pincite.widgets", "WIDGET") if isinstance(value, Widget))


def understood(text: str, now: datetime) -> tuple[Widget, Reply | Lookup] | None:
    """The widget that takes in a person's question, and what it makes of it at the moment ``now``, which has a zone.

    Two widgets that both do mean that the question can be read in two ways: then there is none. Nobody is asked.
    """
    question = core(text)
    if not question:
        return None
    replies = [(widget, made) for widget in widgets() if (made := _reply(widget, question, now)) is not None]
    return replies[0] if len(replies) == 1 else None


def glance(text: str, now: datetime) -> Card | None:
    """The card of a question that needs nothing from outside."""
    found = understood(text, now)
    return _card(found[0], found[1]) if found and isinstance(found[1], Reply) else None


class Glancer:
    """Every widget, and what they may look up. ``close`` it."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._sources = Sources(settings)
        self._deadline_s = settings.widgets.deadline_s
        self._now = now

    async def close(self) -> None:
        await self._sources.close()

    async def look(self, text: str) -> Glance:
        """What a widget makes of a person's question, and who failed it; never later than ``widgets.deadline_s``."""
        found = await asyncio.to_thread(understood, text, self._now())
        if found is None:
            return Glance()
        widget, made = found
        if isinstance(made, Reply):
            return Glance(_card(widget, made))
        try:
            async with asyncio.timeout(self._deadline_s + GRACE_S):
                reply = await made.find(self._sources)
        except TimeoutError:
            return _without(widget, "timeout", f"nothing had come after {self._deadline_s:g} s")
        except Unfetchable as error:
            return _without(widget, error.reason, error.detail)
        except Exception:
            log.exception("widget_failed", widget=widget.id)
            return _without(widget, "failed", "an error of its own, which the log tells")
        return Glance(_card(widget, reply) if reply else None)


def _reply(widget: Widget, question: str, now: datetime) -> Reply | Lookup | None:
    try:
        return widget.reply(question, now)
    except Exception:
        # It may be anybody's. The question is answered as if there were no such widget, and the log says why.
        log.exception("widget_failed", widget=widget.id)
        return None


def _card(widget: Widget, made: Reply) -> Card:
    return Card(widget=widget.id, title=made.title, text=made.text, body=Fact(value=made.value, sentence=made.text))


def _without(widget: Widget, reason: str, detail: str) -> Glance:
    return Glance(missing=(Degradation(part=widget.id, reason=reason, detail=f"no {widget.id}: {detail}"),))
