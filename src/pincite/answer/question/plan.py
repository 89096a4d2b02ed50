"""What is being asked, and what will the answer look like? Admits a question, types it by rules, makes its searches.

No model: an answer's type only tilts the scoring of sentences, so a wrong type costs little and a model would cost
the first second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pincite.answer.question.carrier import bare
from pincite.answer.question.day import redated
from pincite.answer.question.foreign import how_to
from pincite.answer.question.quantity import renamed
from pincite.answer.question.recall import standalone
from pincite.answer.question.spelling import respelt
from pincite.answer.question.split import halves
from pincite.answer.question.thing import about, life_event
from pincite.answer.question.trouble import sought
from pincite.errors import BadQuestion
from pincite.ports import Lexicon
from pincite.types import Answer, Filters, Question

MAX_CHARACTERS = 4000
"""Longer texts are documents. About 650 words; the longest of 100,000 questions in our sets has 60."""


class Kind(StrEnum):
    """What sort of answer is wanted."""

    FACTOID = "factoid"
    YES_NO = "yes/no"
    DEFINITION = "definition"
    LIST = "list"
    HOW_TO = "how-to"
    COMPARISON = "comparison"
    OTHER = "other"


class Shape(StrEnum):
    """What the short answer looks like where there is one."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    REASON = "reason"
    NAME = "name"
    """What or which: a thing, most often a name or a noun phrase."""
    ANY = "any"


@dataclass(frozen=True)
class Plan:
    """How a question will be searched and answered. ``queries`` best first; the first one is self-contained."""

    text: str
    queries: tuple[str, ...]
    kind: Kind
    shape: Shape
    topic: str = ""
    dependent: bool = False
    about: str = ""
    """What is to be defined, where that is what is asked."""
    respelt: str = ""
    """The first query, where a word of the question was put right; what was typed is searched for as well."""
    chosen: str = ""
    """What a reply to a form adds to the question."""
    both: tuple[str, ...] = ()
    """The two questions that it is, the second as it follows the first; empty where it is one."""


def admit(question: Question) -> str:
    """Its text without blanks around it. Raises ``BadQuestion`` for what can't be one: empty, too long, not text."""
    text = question.text
    if len(text) > MAX_CHARACTERS:
        raise BadQuestion(
            f"the question has {len(text):,} characters; {MAX_CHARACTERS:,} are the most",
            hint="ask in fewer words; a long text is handed in as a file, and asked about",
        )
    bare = written(text).strip()
    if not any(c.isalnum() for c in bare):
        what = "is empty" if not bare else f"{bare[:20]!r} has no word in it"
        raise BadQuestion(f"the question {what}", hint="ask in words, such as: how do plants breathe?")
    return bare


def written(text: str) -> str:
    """``text`` as it is. Raises ``BadQuestion`` where it is none: half a character, or one that steers a machine."""
    odd = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r"), None)
    if odd is not None:
        raise BadQuestion(
            f"the question holds the character U+{ord(odd):04X}, which is not text",
            hint="send plain text in UTF-8; anything else is handed in as a file",
        )
    return text


def plan(question: Question, history: Sequence[Answer] = (), lexicon: Lexicon | None = None) -> Plan:
    """Type and searches of ``question`` in its thread; with a ``lexicon``, misspelt words are put right as well.

    Raises ``BadQuestion``. Blocking for some milliseconds where there is a lexicon.
    """
    text = admit(question)
    alone = standalone(text, history)
    queries = tuple(bare(query) for query in alone.queries)
    right = respelt(queries[0], lexicon) if lexicon else ""
    first = right or queries[0]
    kind, shape = classify(first)
    return Plan(
        text,
        tuple(filter(None, (right, *queries, renamed(first), redated(first), sought(first)))),
        kind,
        shape,
        alone.topic,
        alone.dependent,
        about(first) or life_event(first)[0],
        right,
        both=halves(text),
    )


def understood(planned: Plan, filters: Filters) -> str:
    """What was understood, in words: the type, what is asked in this thread, and to what the search is kept."""
    said = f"{planned.kind}: {planned.queries[0]}" if planned.dependent else str(planned.kind)
    said = f"two questions: {' · '.join(planned.both)}" if planned.both else said
    also = [f"also searched for “{planned.respelt}”"] if planned.respelt else []
    return " · ".join((said, *also, *kept_to(filters)))


def kept_to(filters: Filters) -> Iterator[str]:
    """What the filters keep a search to, in words, one after the other."""
    lists = (
        ("only", filters.sites),
        ("not", filters.exclude_sites),
        ("in", filters.collections),
        ("in the language", filters.langs),
        ("with", [f"“{phrase}”" for phrase in filters.phrases]),
        ("without", filters.exclude_words),
    )
    for word, values in lists:
        if values:
            yield f"{word} {', '.join(values)}"
    if filters.after:
        yield f"published {filters.after} or later"
    if filters.before:
        yield f"published {filters.before} or earlier"


# ── the type ──

_AUXILIARY = r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_COUNTED = "many|much|often|old|long|far|tall|high|large|big|deep|fast|heavy|wide|hot|cold|likely|expensive"
_TIME_NOUNS = "year|date|day|month|century|decade|time|season|era|period|age"
_PLACE_NOUNS = (
    "country|countries|city|cities|state|states(?! (?:that|the)\\b)|town|place|continent|region|location|county|"
    "province|village|river|lake|island|ocean|sea|mountain|streets?|building|venue|stadium|capital|district|area"
)
_PERSON_NOUNS = (
    "person|man|woman|people|president|king|queen|emperor|author|writer|actor|actress|singer|artist|"
    "scientist|inventor|general|leader|player|director|composer|philosopher|pope|bishop|founder"
)
_NUMBER_NOUNS = (
    "number|percentage|percent|population|amount|distance|height|length|weight|speed|size|temperature|"
    "cost|price|rate|score|total|fraction|ratio|proportion|area|code|enrollment"
)

_AND = r"(?:(?:und|aber|et|mais|y|pero|e|ma|mas|en|maar|i|a|ale|и|а|но|і|й|та|але) )?"
_WHY = (
    r"(?:warum|wieso|weshalb|pourquoi|por qu[eéê]|perch[eéè]|waarom|dlaczego|czemu|proč|varför|почему|зачем|чому|навіщо"
    r"|لماذا|למה|מדוע)(?!\w)|.*(?:neden|niçin|niye|क्यों|为什么|為什麼|为何|為何|なぜ|どうして|왜(?= ))"
)

_RULES: tuple[tuple[Kind, Shape, str], ...] = (
    (
        Kind.COMPARISON,
        Shape.ANY,
        r"\b(?:differences? between|compared? (?:to|with)|versus|vs\.?|distinguish)\b|^compare\b",
    ),
    (Kind.HOW_TO, Shape.ANY, r"^how (?:to|(?:do|can|could|should|would|might) (?:i|you|we|one|people|someone))\b"),
    (Kind.HOW_TO, Shape.ANY, r"^(?:what(?:'s| is) the|is there (?:a|any)) (?:\w+ )?way (?:to|of)\b"),
    (Kind.HOW_TO, Shape.ANY, r"^what (?:can|could|must|should) (?:i|we|you) do\b"),
    (Kind.HOW_TO, Shape.ANY, r"^(?:steps|instructions|recipe) (?:to|for)\b"),
    (Kind.LIST, Shape.NAME, r"^(?:list|enumerate|name (?:the|all|some|two|three|four|five|several|\d))\b"),
    (Kind.LIST, Shape.NAME, r"^(?:what|which) are (?:the |some |all )?(?:\w+ )?(?:\w+s) (?:of|in|for|that)\b"),
    (
        Kind.FACTOID,
        Shape.TIME,
        r"^when\b(?!.*, (?:what|which|who|where|how|why)\b)|\bwhen\??$|\b(?:since|until) when\b",
    ),
    (Kind.FACTOID, Shape.NUMBER, rf"\bhow (?:{_COUNTED})\b"),
    (Kind.FACTOID, Shape.NUMBER, rf"\b(?:what|which)(?: \w+){{0,3}} (?:{_NUMBER_NOUNS})\b"),
    (Kind.FACTOID, Shape.TIME, rf"\b(?:what|which)(?: (?:is|was|were|are) the)?(?: \w+)? (?:{_TIME_NOUNS})s?\b"),
    (Kind.FACTOID, Shape.TIME, rf"^(?!.*\b(?:what|which|who|whom|whose|where|how|why)\b).*\bwhen {_AUXILIARY}\b"),
    (
        Kind.FACTOID,
        Shape.REASON,
        r"^(?:why|how come|what (?:was|is|were|are) the (?:reason|cause)|what (?:caused|causes))\b",
    ),
    (Kind.FACTOID, Shape.PLACE, rf"\b(?:where\b|(?:what|which)(?: \w+){{0,2}} (?:{_PLACE_NOUNS})\b)"),
    (Kind.DEFINITION, Shape.ANY, r"^who (?:is|was|are|were) (?!\w+'s )(?:[\w.'’-]+ ?){1,3}\??$"),
    (
        Kind.FACTOID,
        Shape.PERSON,
        rf"(?<!doctor )\b(?:who|whom|whose|(?:what|which)(?: \w+){{0,2}} (?:{_PERSON_NOUNS}))\b",
    ),
    (Kind.DEFINITION, Shape.ANY, r"^(?:define|definition of|meaning of|tell me about|explain|describe)\b"),
    (Kind.DEFINITION, Shape.ANY, r"^what(?:'s| is| are| was| were) (?:an? |the )?(?:[\w.'’-]+ ?){1,3}\??$"),
    (Kind.DEFINITION, Shape.ANY, r"^what (?:does|do) .{1,40} mean\??$"),
    (Kind.FACTOID, Shape.NAME, r"\b(?:what|which)\b"),
    (Kind.YES_NO, Shape.ANY, rf"^{_AUXILIARY}(?:n't)? \w+"),
    (Kind.FACTOID, Shape.PERSON, r"^(?:wer|wen|wem|wessen|qui|qui[eé]n(?:es)?|quem|chi|wie is|kto|кто|хто)\b"),
    (
        Kind.FACTOID,
        Shape.TIME,
        r"^(?:wann|quand|cu[aá]ndo|quando|wanneer|когда|(?:in )?welche[ms]? jahr|en quelle année|en qué año)\b",
    ),
    (Kind.FACTOID, Shape.PLACE, r"^(?:wo|wohin|woher|où|d'où|(?:de )?d[oó]nde|onde|dove|waar|где)\b"),
    (Kind.FACTOID, Shape.NUMBER, r"^(?:wie ?viele?|combien|cu[aá]nt[oa]s?|quant[oaie]s?|hoeveel|сколько)\b"),
    (Kind.FACTOID, Shape.REASON, rf"^{_AND}(?:{_WHY})"),
)
_COMPILED = tuple((kind, shape, re.compile(rule)) for kind, shape, rule in _RULES)


def classify(text: str) -> tuple[Kind, Shape]:
    """The first rule that fits; ``OTHER`` if none does, which is most keyword searches."""
    plain = text.lower().replace("’", "'").strip(" ¿¡\"'")
    for kind, shape, rule in _COMPILED:
        if rule.search(plain):
            return kind, shape
    if how_to(text):
        return Kind.HOW_TO, Shape.ANY
    return Kind.OTHER, Shape.ANY
