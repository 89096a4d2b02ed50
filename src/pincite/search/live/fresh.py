"""How long is an answer of yesterday good for? Minutes for what is going on, a day for what is known."""

from __future__ import annotations

from datetime import date

from pincite.text.timely import HELD, NOW, sensitivity
from pincite.types import Filters

NEWS_S = 300.0
RECENT_S = 3_600.0
KNOWN_S = 86_400.0
NOTHING_S = 60.0
"""An empty result may be a service's bad moment."""


def seconds(question: str, filters: Filters, today: date) -> float:
    """How long what was found for this question may be given again."""
    matters = sensitivity(question, today)
    if matters >= NOW:
        return NEWS_S
    recent = filters.after is not None and (today - filters.after).days <= 31
    return RECENT_S if recent or matters >= HELD else KNOWN_S
