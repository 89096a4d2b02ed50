"""Is there a widget that answers this? The first whose grammar takes in the whole question; mostly there is none."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import structlog

from pincite.plugins import discover
from pincite.types import Card, Fact
from pincite.widgets.widget import Reply, Widget
from pincite.widgets.wording import core

log = structlog.get_logger()


@cache
def widgets() -> tuple[Widget, ...]:
    """All that there are: a file in this folder that defines ``WIDGET``, or another distribution's entry point."""
    return tuple(value for _, value in discover("pincite.widgets", "WIDGET") if isinstance(value, Widget))


def glance(text: str, now: datetime) -> Card | None:
    """What a widget makes of a person's question at the moment ``now``, which has a time zone. No network, no model.

    Two widgets that both answer mean that the question can be read in two ways: then there is no card.
    """
    question = core(text)
    if not question:
        return None
    replies = [(widget, made) for widget in widgets() if (made := _reply(widget, question, now)) is not None]
    return _card(*replies[0]) if len(replies) == 1 else None


def glance_now(text: str) -> Card | None:
    """The same at this moment, by the machine's clock."""
    return glance(text, datetime.now().astimezone())


def _reply(widget: Widget, question: str, now: datetime) -> Reply | None:
    try:
        return widget.reply(question, now)
    except Exception:
        # It may be anybody's. The question is answered as if there were no such widget, and the log says why.
        log.exception("widget_failed", widget=widget.id)
        return None


def _card(widget: Widget, made: Reply) -> Card:
    return Card(widget=widget.id, title=made.title, text=made.text, body=Fact(value=made.value, sentence=made.text))
