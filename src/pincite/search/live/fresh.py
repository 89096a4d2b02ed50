"""How long is an answer of yesterday good for? Minutes for what is going on, a day for what is known."""

from __future__ import annotations

import re
from datetime import date

from pincite.types import Filters

NEWS_S = 300.0
RECENT_S = 3_600.0
KNOWN_S = 86_400.0
NOTHING_S = 60.0
"""An empty result may be a service's bad moment."""
_NOW = re.compile(
    r"\b(?:now|today|tonight|yesterday|tomorrow|latest|breaking|news|live|current(?:ly)?|this (?:morning|week|weekend)"
    r"|right now|weather|forecast|price|stock|score|heute|gestern|aktuell\w*|hoy|ahora|aujourd'hui|maintenant)\b"
    r"|今天|现在|最新|目前",
    re.IGNORECASE,
)
_LATELY = re.compile(
    r"\b(?:recent(?:ly)?|this (?:month|year)|last (?:week|month)|so far|upcoming|newest)\b", re.IGNORECASE
)


def seconds(question: str, filters: Filters, today: date) -> float:
    """How long what was found for this question may be given again."""
    if _NOW.search(question):
        return NEWS_S
    recent = filters.after is not None and (today - filters.after).days <= 31
    return RECENT_S if recent or _LATELY.search(question) or str(today.year) in question else KNOWN_S
