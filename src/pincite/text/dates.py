"""Which day does this text name? ISO 8601, numbers in order, and months by name in seven languages; never a guess.

A day that could be two (03/04/2021) is nobody's: it is ``None`` unless one of the numbers can't be a month.
"""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2}|1[5-8]\d{2})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)")
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=T|\s|$)")
_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?((?:19|20)\d{2})(?!\d)")
_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar februari février févr fevrier febrero febbraio fevereiro fev",
    "march mar märz mrz maerz mars marzo março marco maart",
    "april apr avril abril aprile abr avr",
    "may mai mayo maggio maio mei mag",
    "june jun juni juin junio giugno junho giu",
    "july jul juli juillet juil julio luglio julho lug",
    "august aug août aout agosto augustus ago",
    "september sep sept septembre septiembre settembre setembro set",
    "october oct oktober okt octobre octubre ottobre outubro ott out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro december",
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+|del\s+)?((?:19|20)\d{2})(?!\d)"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2})(?!\d)")


def day(text: str) -> date | None:
    """The first day that ``text`` names without doubt, or ``None``."""
    if match := _ISO.search(text) or _PACKED.search(text):
        return _made(match[1], match[2], match[3])
    for match in _DAY_FIRST.finditer(text):
        if month := _NUMBER.get(match[2].lower()):
            return _made(match[3], month, match[1])
    for match in _MONTH_FIRST.finditer(text):
        if month := _NUMBER.get(match[1].lower()):
            return _made(match[3], month, match[2])
    if match := _LAST.search(text):
        first, mark, second, year = match[1], match[2], match[3], match[4]
        if int(second) > 12:
            return _made(year, first, second)
        # With dots the day comes first wherever dots are used.
        if int(first) > 12 or mark == "." or first == second:
            return _made(year, second, first)
    return None


def _made(year: str, month: str | int, day_: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_))
    except ValueError:
        return None
