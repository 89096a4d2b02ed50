"""What do a question and its answer say together? A statement, by rules: a passage can be asked whether it says so."""

from __future__ import annotations

import re

_BE = r"(is|are|was|were)"
_WHEN = r"(?:in |on |at )?(?:what|which) (?:year|date|day|month|century|decade)"
_DONE = r"(\S+(?:ed|en|wn|rn|ade|uilt|eld|unded))"
_NOUN = r"(?:name|capital|term|title|purpose|result|cause|largest|first|last|main)"
_DO = r"(?:do|does|did)"
_HELP = r"(has|have|had|can|could|will|would|should|must|may|might)"
_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"


def stated(question: str, answer: str) -> str | None:
    """Question and answer as one statement, in plain but not always good English; ``None`` where no rule fits."""
    text = question.strip().rstrip("?").strip()
    text = text[:1].lower() + text[1:]
    for pattern, told in _RULES:
        match = pattern.match(text)
        if match:
            said = told.format(*(part or "" for part in match.groups()), a=answer)
            said = re.sub(r"\s+", " ", said).strip()
            return said[:1].upper() + said[1:] + "."
    return None


_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (rf"{_WHEN} {_BE} (.+) {_DONE}$", "{1} {0} {2} in {a}"),
        (rf"{_WHEN} {_DO} (.+)$", "{0} in {a}"),
        (rf"when {_BE} (.+) {_DONE}$", "{1} {0} {2} in {a}"),
        (rf"when {_DO} (.+)$", "{0} in {a}"),
        (rf"when {_BE} (.+)$", "{1} {0} {a}"),
        (rf"where {_BE} (.+) (located|found|born|held|based|situated)$", "{1} {0} {2} in {a}"),
        (rf"where {_DO} (.+)$", "{0} in {a}"),
        (rf"where {_BE} (.+)$", "{1} {0} in {a}"),
        (rf"why {_DO} (.+)$", "{0} because {a}"),
        (rf"how (?:many|much) (\w+) {_BE} (?:there )?(.+)$", "there {1} {a} {0} {2}"),
        (rf"how (?:many|much) (.+?) {_DO} (.+)$", "{1} {a} {0}"),
        (r"how many (.+)$", "{a} {0}"),
        (rf"how (old|long|large|big|tall|far|high|deep|wide|hot|cold|fast|heavy) {_BE} (.+)$", "{2} {1} {a} {0}"),
        (rf"(?:what|which) (?:type|kind|sort) of (\S+(?: \S+)?) {_BE} (.+)$", "{2} {1} {a}"),
        (rf"(?:what|who|which) {_BE} (.+) (called|named|known as|considered)$", "{1} {0} {2} {a}"),
        (rf"(?:what|who|which) {_BE} (.+) (\S+ed) (by|for|in|as|to|with|from|on)$", "{1} {0} {2} {3} {a}"),
        (rf"(?:what|who|which) {_BE} (the {_NOUN}\b.+)$", "{1} {0} {a}"),
        (rf"(?:what|who|which) {_BE} ((?:a|an|the|one) .+|[A-Z].+)$", "{1} {0} {a}"),
        (rf"(?:what|which|whose) (\S+(?: \S+)?) {_DO} (.+)$", "{1} {a}"),
        (rf"(?:what|who|whom) {_DO} (.+)$", "{0} {a}"),
        (rf"(?:what|who|which) {_HELP} (.+)$", "{a} {0} {1}"),
        (rf"(?:what|which) (\S+) {_BE} (.+)$", "{a} {1} {2}"),
        (r"who (.+)$", "{a} {0}"),
        (r"which (?:\S+ ){1,2}(\S+(?:ed|s|de|te|ew|an|on|ok|ld)\b.+)$", "{a} {0}"),
        (rf"what {_BE} (\S+ed|\S+ing) (.+)$", "{a} {0} {1} {2}"),
        (rf"what (?!{_BE})(\S+(?:s|ed)\b.*)$", "{a} {1}"),
        (rf"(.+) (?:{_WH}|what \S+)$", "{0} {a}"),
    )
)  # fmt: skip
