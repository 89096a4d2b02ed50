"""Which questions does this sentence or heading answer? Whole questions made of plain ones, in English, by pattern.

Only statements whose subject names something can stand alone as a question; the others are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pincite.answer.quote.shape import names
from pincite.answer.suggest.subject import Subject

_SUBJECT = r"(?P<subject>(?:(?:The|A|An) )?[A-Z0-9][\w'’.-]*(?: [\w'’.&-]+){0,5}?)"
_DONE = (
    r"(?P<done>designed|invented|discovered|founded|composed|painted|established|created|directed|opened|completed"
    r"|published|launched|released|named|built|written|sung)"
)
_DATE = r"(?:in|on) (?:the )?(?:(?:early|late|mid)[- ])?(?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:\d{1,2}, )?\d{3,4}\b"
_PAST = {
    "written": "wrote",
    "sung": "sang",
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

_HAILING = re.compile(r"(?!The )[A-Z][\w'’-]+ [A-Z][\w'’-]+ (?:of|from|at) ")
"""A name and where it is from: most are persons, of whom nothing is asked with "what"."""


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
        if person or question != "What {be} {subject}?" or not _HAILING.match(subject):
            yield text.replace("What", "Who", 1) if person else text


_HEADINGS: tuple[tuple[str, str, str], ...] = (
    # What a heading says, of a thing and of a person; {s} is the subject, {be} and {do} agree with it.
    (
        r"(?:early |recent |modern |later )?history|history (?:of .+|and .+)|historical background",
        "What is the history of {s}?",
        "",
    ),
    (
        r"etymology|name|naming|origin of (?:the )?names?|etymology and .+|nomenclature",
        "How did {s} get {its} name?",
        "",
    ),
    (r"origins?|origins? of .+", "What are the origins of {s}?", ""),
    (r"economy(?: and .+)?", "What is the economy of {s} like?", ""),
    (r"(?:geography and )?climate", "What is the climate of {s} like?", ""),
    (r"(?:physical )?geography(?: and .+)?", "What is the geography of {s} like?", ""),
    (r"culture(?: and .+)?", "What is the culture of {s} like?", ""),
    (r"demographics|population", "What is the population of {s}?", ""),
    (
        r"government(?: and politics)?|politics(?: and government)?|law and government|governance",
        "How {be} {s} governed?",
        "",
    ),
    (r"religion", "What religions are there in {s}?", ""),
    (r"languages?", "What languages are spoken in {s}?", ""),
    (r"administrative divisions|subdivisions", "What are the administrative divisions of {s}?", ""),
    (r"flora and fauna|wildlife", "What wildlife is there in {s}?", ""),
    (r"tourism|places of interest|tourist attractions|landmarks", "What are the sights of {s}?", ""),
    (r"education", "What is education like in {s}?", "What was the education of {s}?"),
    (r"(?:cultivation and )?uses|applications|usage|uses (?:of|in|and) .+", "What {be} {s} used for?", ""),
    (r"production|manufacture", "How {be} {s} made?", ""),
    (r"diet|feeding|food", "What {do} {s} eat?", ""),
    (r"habitat|(?:geographic )?distribution(?: and habitat)?", "Where {be} {s} found?", ""),
    (r"occurrence", "Where {be} {s} found in nature?", ""),
    (r"reproduction", "How {do} {s} reproduce?", ""),
    (r"life ?cycle", "What is the life cycle of {s}?", ""),
    (r"behaviou?r", "How {do} {s} behave?", ""),
    (
        r"anatomy|(?:physical )?characteristics|(?:physical )?properties|features",
        "What are the characteristics of {s}?",
        "",
    ),
    (r"notable characteristics", "What {be} {s} known for?", ""),
    (r"structure|composition", "What {be} {s} made of?", ""),
    (r"causes?|causes? of .+", "What {cause} {s}?", ""),
    (r"(?:signs and )?symptoms", "What are the symptoms of {s}?", ""),
    (r"diagnosis", "How {be} {s} diagnosed?", ""),
    (r"treatment", "How {be} {s} treated?", ""),
    (r"prevention", "How can {s} be prevented?", ""),
    (r"precautions|toxicity|safety", "Why {be} {s} dangerous?", ""),
    (r"(?:health )?effects|effects of .+", "What are the effects of {s}?", ""),
    (r"types|classification|types (?:of|and) .+", "What types of {bare} are there?", ""),
    (r"isotopes", "What isotopes {do} {s} have?", ""),
    (r"compounds", "What compounds {do} {s} form?", ""),
    (r"discovery|discovery of .+", "How {was} {s} discovered?", "What did {s} discover?"),
    (r"formation|formation of .+", "How {do} {s} form?", ""),
    (r"construction", "How {was} {s} built?", ""),
    (r"design|architecture", "What is the design of {s} like?", ""),
    (r"evolution|evolution of .+", "How did {s} evolve?", ""),
    (r"criticisms?", "Why {be} {s} criticised?", "Why was {s} criticised?"),
    (r"legacy", "What is the legacy of {s}?", "What is the legacy of {s}?"),
    (
        r"(?:early|childhood|youth|early years|early life)(?: and .+)?|birth and .+",
        "",
        "What was the early life of {s} like?",
    ),
    (r"(?:early )?career", "", "What was the career of {s} like?"),
    (r"(?:marriage|family|personal life)(?: and .+)?", "", "What was the family life of {s} like?"),
    (r"(?:illness and |final years and |later years and )?death(?: and .+)?", "", "How did {s} die?"),
    (r"works?|writings|music", "", "What are the works of {s}?"),
    (r"philosophy|beliefs", "", "What did {s} believe?"),
)
_TEMPLATES = tuple((re.compile(f"(?:{rule})$"), of_thing, of_person) for rule, of_thing, of_person in _HEADINGS)


def heading_asked(heading: str, subject: Subject) -> str:
    """The question that a section of this title answers about ``subject``; empty for most titles."""
    said = heading.strip(" #:").lower()
    for rule, of_thing, of_person in _TEMPLATES:
        if rule.match(said):
            return _filled(of_person if subject.person else of_thing, subject)
    return ""


def _filled(template: str, subject: Subject) -> str:
    bare = re.sub(r"^(?:an?|the) ", "", subject.text)
    verb, past, does = ("are", "were", "do") if subject.plural else ("is", "was", "does")
    return template.format(
        s=subject.text,
        bare=bare,
        be=past if subject.over else verb,
        was=past,
        cause="caused" if subject.over else "causes",
        do="did" if subject.over else does,
        its="their" if subject.plural else "its",
    )


def _is_named(subject: str) -> bool:
    """Does the subject hold a name? "The game" alone asks about nothing in particular."""
    return any(start > 0 or " " in subject or not subject.islower() for start, _ in names(subject))
