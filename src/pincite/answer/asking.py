"""Which questions does this sentence answer? Whole questions turned out of plain statements, in English, by pattern.

Only statements whose subject names something can stand alone as a question; the others are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pincite.answer.shape import names

_SUBJECT = r"(?P<subject>(?:(?:The|A|An) )?[A-Z0-9][\w'’.-]*(?: [\w'’.&-]+){0,5}?)"
_DONE = (
    r"(?P<done>[a-z]+ed|born|built|made|written|sung|won|sold|held|found|known|given|taken|drawn|led|lost|begun"
    r"|shown|spoken)"
)
_DATE = r"(?:in|on) (?:the )?(?:(?:early|late|mid)[- ])?(?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?\d{3,4}\b"
_PAST = {
    "written": "wrote",
    "sung": "sang",
    "known": "knew",
    "given": "gave",
    "taken": "took",
    "drawn": "drew",
    "begun": "began",
    "shown": "showed",
    "spoken": "spoke",
}
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rule), question)
    for rule, question in (
        (rf"^{_SUBJECT} (?P<be>was|were) {_DONE}\b[^.;]{{0,80}}? by (?:the )?[A-Z]", "Who {past} {subject}?"),
        (rf"^{_SUBJECT} (?P<be>was|were) {_DONE}\b[^.;]{{0,80}}? {_DATE}", "When {be} {subject} {done}?"),
        (
            rf"^{_SUBJECT} (?P<be>is|are|was|were) (?P<done>located|situated|based|spoken|grown)\b[^.;]{{0,40}}? in ",
            "Where {be} {subject} {done}?",
        ),
        (rf"^{_SUBJECT} (?P<be>is|are) (?:used|employed) (?:to|for|in) ", "What {be} {subject} used for?"),
        (rf"^{_SUBJECT} consists? of ", "What does {subject} consist of?"),
        (rf"^{_SUBJECT} (?P<be>is|was) (?:an?|the|one) ", "What {be} {subject}?"),
    )
)
_NO_SUBJECT = re.compile(
    r"^(?:He|She|It|They|This|That|These|Those|There|Here|Such|One|Some|Many|Most|All|Both|Each|In|On|At|By|For|From|With"
    r"|After|Before|During|While|When|Although|However|As|If|But|And|Other|Another|His|Her|Its|Their|What|Who|\d+)\b"
)
_PERSON = re.compile(
    r" (?:was|is) (?:born|(?:an?|the) (?:[\w-]+ ){0,4}(?:\w+(?:ist|ian|man|woman)|person|king|queen|emperor|poet|pope"
    r"|saint|writer|author|actor|actress|singer|painter|composer|philosopher|president|general|leader|player|director|inventor"
    r"|engineer|architect|explorer|astronaut)\b)"
)


def asking(sentence: str) -> Iterator[str]:
    """Questions, the most telling first; none for most sentences."""
    for rule, question in _RULES:
        match = rule.match(sentence)
        if match is None:
            continue
        subject = match["subject"]
        if _NO_SUBJECT.match(subject) or not _is_named(subject):
            continue
        found = match.groupdict()
        done = found.get("done") or ""
        if re.match(r"(?:The|A|An) ", subject):
            subject = subject[0].lower() + subject[1:]
        text = question.format(subject=subject, be=found.get("be"), done=done, past=_PAST.get(done, done))
        person = question == "What {be} {subject}?" and not subject.startswith("the ") and _PERSON.search(sentence)
        yield text.replace("What", "Who", 1) if person else text


def _is_named(subject: str) -> bool:
    """Does the subject hold a name? "The game" alone asks about nothing in particular."""
    return any(start > 0 or " " in subject or not subject.islower() for start, _ in names(subject))
