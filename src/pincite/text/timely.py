"""How much does it matter to this question that a text is new? From 0, what is known for good, to 1, what is going on.

Rules over words, in English and a few for other languages. A year that is over makes any question one about the past.
"""

from __future__ import annotations

import re
from datetime import date

NOW, LATELY, HELD, PAST = 1.0, 0.8, 0.5, 0.0
"""What is going on; what is of late or of this year; what is so until it changes, as an office; and what is over."""

_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d{2}(?![\d.,]?\d)")
_NOW = re.compile(
    r"\b(?:today|tonight|yesterday|tomorrow|latest|breaking (?:news|story)|(?:any|the) news|news (?:about|of|on|from)"
    r"|right now|up[- ]to[- ]date|at present|nowadays|currently"
    r"|now(?! (?:called|known|named|part|in|a|an|the|extinct|defunct))"
    r"|(?<!electric )(?<!ocean )(?<!ac )(?<!dc )(?<!alternating )(?<!direct )current(?= [a-z])"
    r"(?! (?:through|in a|flows?|density|of \d|source|divider))|this (?:morning|week|weekend)|weather|forecast"
    r"|(?:stock|share|current) price|exchange rate|live (?:score|stream|results?|coverage)"
    r"|heute|gestern|aktuell\w*|hoy|ahora|actualmente|aujourd'hui|maintenant|actuellement|oggi|adesso|hoje|agora"
    r"|сегодня|сейчас)\b|今天|现在|最新|目前|今日|오늘|지금",
    re.IGNORECASE,
)
_LATELY = re.compile(
    r"\b(?:recent(?:ly)?|newest|lately|upcoming|so far|just (?:released|announced)|as of|to date"
    r"|this (?:month|quarter|season|year)|(?:last|past) (?:week|weekend|month|quarter|season|year)"
    r"|next (?:week|month|year)"
    r"|neueste\w*|kürzlich|dieses jahr|récemment|cette année|reciente(?:mente)?|este año)\b|最近|今年",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:who(?:'s| is| are| holds| leads| runs| owns)|(?:what|which) (?:is|are)"
    r"|how (?:much|many|old) (?:is|are|does|do))\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:president|prime minister|chancellor|king|queen|pope|emperor|ceo|chief executive|chair(?:man|woman)|mayor"
    r"|governor|leader|minister|secretary|head coach|manager|champions?|record holder|owner|population|price|cost"
    r"|worth|salary|(?:minimum )?wage|version|release|richest|unemployment rate|inflation|interest rate)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:first|second|third|\w+th|last|longest|former|was|were|did|had|ancient|historical|during|century|ago)\b"
    r"|\bin the (?:\d0s|war|past)\b",
    re.IGNORECASE,
)


def sensitivity(question: str, today: date) -> float:
    """How much age matters, 0 to 1, to who asks this on ``today``."""
    years = [int(year) for year in _YEAR.findall(question)]
    if years and max(years) < today.year - 1:
        return PAST
    if _NOW.search(question):
        return NOW
    if _LATELY.search(question) or any(year >= today.year for year in years):
        return LATELY
    held = _ASKED.search(question) and _OFFICE.search(question) and not _OVER.search(question)
    return HELD if held else PAST
