"""Does this sentence hold something that looks like the answer? Spans by shape: dates, numbers, names, places, reasons.

Surface patterns only. They tilt scores and cut the short answer of a card out of a sentence; they decide nothing.
"""

from __future__ import annotations

import re

from pincite.answer.question.day import MONTH
from pincite.answer.question.plan import Shape
from pincite.text.tokens import STOP_WORDS, normal, words

A_YEAR = r"(?:1\d{3}|20\d{2})"
_TIME = re.compile(
    rf"\b{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? {A_YEAR})?\b|\b\d{{1,2}}(?:st|nd|rd|th)? {MONTH}(?:,? {A_YEAR})?\b"
    rf"|\b{MONTH},? {A_YEAR}\b|\b\d{{3,4}}s\b|\b\d{{1,4}} (?:BC|AD|BCE|CE)\b|\b(?:AD|BC) \d{{1,4}}\b"
    rf"|\b{A_YEAR}(?:[–-](?:{A_YEAR}|\d{{2}}))?\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth)[ -]century\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}:\d{2}\b|\b\d{1,2} ?(?:a\.?m|p\.?m)\b"
)
_COUNT = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?"
    r"|half|twice|one[- ](?:third|quarter|half)|two[- ]thirds)"
)
_NUMBER = re.compile(
    rf"(?:[$€£¥] ?)?\b\d+(?:[.,]\d+)*(?:st|nd|rd|th)?\b(?: ?(?:%|‰|°[CF]?))?"
    rf"(?: (?:million|billion|trillion|percent|per cent))?|\b{_COUNT}\b",
    re.IGNORECASE,
)
BECAUSE = (
    r"\b(?:weil|wegen|aufgrund|deshalb|der grund|porque|ya que|perché|poiché|omdat|doordat|wegens|vanwege|ponieważ"
    r"|dlatego|z powodu|protože|kvůli|eftersom|потому что|поэтому|из-за|так как|благодаря|тому що|оскільки|завдяки"
    r"|через те|бо)\b|\b(?:parce qu|en raison d|à cause d|grâce à|debido a|a causa d|por causa d|devido a|grazie a"
    r"|på grund av)|çünkü|nedeniyle|yüzünden|因为|因為|由于|由於|原因|ため|ので|理由|때문|لأن|بسبب|בגלל|משום|מכיוון"
    r"|क्योंकि|के कारण"
)
"""How other languages than English say why; no words that English has, too."""
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused by|so that|in order to|thanks to|therefore|thus|the reason"
    r"|reasons|leads? to|led to|since|resulted|resulting"
    r"|to (?:avoid|prevent|allow|protect|reduce|increase|make|help))\b"
    rf"|{BECAUSE}",
    re.IGNORECASE,
)
_JOINT = r"(?:of the|of|de la|de|da|di|du|del|della|des|van der|van|von|der|den|la|le|el|al|bin|ibn|&)"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w'’.-]*\w|[A-Z]\.(?:[A-Z]\.)*"
_TITLE = r"(?:Dr|Mr|Mrs|Ms|Prof|St|Rev|Gen|Lt|Col|Capt)\. "
_NAME = re.compile(rf"(?:{_TITLE})?(?:{_CAPITAL})(?:(?: {_JOINT})? (?:{_CAPITAL})|,? (?:Jr|Sr)\.)*")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|from|near|to|of|on|around|across|throughout|outside|into|between|within|the) $", re.I
)
_CALENDAR = re.compile(rf"^(?:{MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$")


def spans(shape: Shape, sentence: str, question: str = "") -> list[tuple[int, int]]:
    """Where ``sentence`` holds something of this shape that the question does not already say, in order."""
    match shape:
        case Shape.TIME:
            found = [m.span() for m in _TIME.finditer(sentence)]
        case Shape.NUMBER:
            found = [m.span() for m in _NUMBER.finditer(sentence)]
        case Shape.REASON:
            found = [m.span() for m in _REASON.finditer(sentence)]
        case Shape.PERSON | Shape.NAME:
            found = names(sentence)
        case Shape.PLACE:
            found = [s for s in names(sentence) if _PLACE_BEFORE.search(sentence[: s[0]])]
        case Shape.ANY:
            return []
    known = {normal(w) for w in words(question)}
    return [s for s in found if shape is Shape.REASON or _is_new(sentence[s[0] : s[1]], known)]


def names(sentence: str) -> list[tuple[int, int]]:
    """Runs of capitalised words, but a stop word, a month or a day."""
    found: list[tuple[int, int]] = []
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        first = match[0].split()[0]
        if first.lower() in STOP_WORDS and " " in match[0]:
            # "In Paris", "The Beatles": the name begins at its next capital.
            inner = re.search(r" (?=[A-ZÀ-ÖØ-Þ])", match[0])
            start = start + inner.end() if inner else end
        text = sentence[start:end]
        if text and text.lower() not in STOP_WORDS and not _CALENDAR.match(text):
            found.append((start, end))
    return found


def _is_new(text: str, known: set[str]) -> bool:
    return any(normal(w) not in known and w not in STOP_WORDS for w in words(text))


def short(shape: Shape, sentence: str, question: str) -> str:
    """The short answer within ``sentence``, or nothing. Only where exactly one span has the shape: two are a guess.

    Names are left out: a lone name was the right person 42 % of the time, the right place 63 % (LAB.md).
    """
    if shape not in (Shape.TIME, Shape.NUMBER):
        return ""
    found = spans(shape, sentence, question)
    return sentence[found[0][0] : found[0][1]] if len(found) == 1 else ""
