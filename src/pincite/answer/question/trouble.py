"""Does a question ask what failed? A log says so with a level, in whatever words: then its lines are the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pincite.answer.terms import terms
from pincite.text.sentences import LOGGED

_TROUBLE = frozenset(terms("fail failed failing failure error exception problem trouble crash crashed broke wrong"))
_WARNED = frozenset(terms("warn warned warning"))
_EMPTY = frozenset(terms("go went log file output line run happened occurred show list tell find give today"))
"""What a question for trouble may say beside it without asking for anything else."""
_MOST = 2
"""Words beyond those: of more, the question is about something that only failed as well."""
_OTHER = re.compile(r"(?:why|how|who|whose|when|where)\b", re.IGNORECASE)
_GRAVE = re.compile(
    r"(?<!\w)(?:ERR(?:OR)?|FATAL|CRIT(?:ICAL)?|SEVERE|PANIC|EMERG|ALERT|FAIL(?:ED|URE)?)(?!\w)"
    r"|(?i:(?<!\w)(?:level|severity)[\"']?\s?[=:]\s?[\"']?(?:err|fatal|crit))"
)
_CALM = re.compile(
    r"(?<!\w)(?:INFO|NOTICE|DEBUG|TRACE|WARN(?:ING)?)(?!\w)"
    r"|(?i:(?<!\w)(?:level|severity)[\"']?\s?[=:]\s?[\"']?(?:info|notice|debug|trace|warn))"
)
_WARNING = re.compile(r"(?<!\w)(?:WARN(?:ING)?(?!\w)|(?i:(?:level|severity)[\"']?\s?[=:]\s?[\"']?warn))")
_SAYS_SO = re.compile(
    r"\b(?:errors?|failed|failure|exception|panic|crashed|aborted)\b|\w(?:Error|Exception): ", re.IGNORECASE
)


@dataclass(frozen=True)
class Trouble:
    """What is asked for: lines that say that something failed, or warns, and hold all ``terms``."""

    terms: frozenset[str]
    warned: bool

    def held(self, line: str) -> bool:
        """Is this a line of a log that says so?"""
        if not LOGGED.match(line) or not self.terms <= frozenset(terms(line)):
            return False
        if self.warned:
            return bool(_WARNING.search(line))
        return bool(_GRAVE.search(line) or (_SAYS_SO.search(line) and not _CALM.search(line)))


def trouble(question: str) -> Trouble | None:
    """``None`` where more is asked than what failed, or what of a kind did."""
    said = frozenset(terms(question))
    rest = said - _TROUBLE - _WARNED - _EMPTY
    if not said & (_TROUBLE | _WARNED) or len(rest) > _MOST or _OTHER.match(question.strip(" ¿")):
        return None
    return Trouble(rest, not said & _TROUBLE)


def sought(question: str) -> str:
    """What to search for as well where nothing but "what failed?" is asked: how logs say it. Or nothing."""
    asked = trouble(question)
    return "" if asked is None or asked.terms else "warning warn" if asked.warned else "error failed fatal exception"
