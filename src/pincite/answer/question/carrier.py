"""What is left of a request without the phrase that carries it? "I'm looking for information on X": "Tell me about X".

People say in many ways that they want to be told about a thing. A search takes the words of such a phrase for words
to look for ("information" finds what is said about information), and no rule for questions knows them all. So every
such request is asked in one way. Rules for English; what they don't know stays as it is.
"""

from __future__ import annotations

import re

TELL = "Tell me about "
_PLEASE = r"^(?:please,? )?(?:(?:can|could|would|will) you (?:please )?)?"
_I_WANT = r"(?:i(?:'d| would) like|i (?:want|need))"
_LOOKING = r"(?:(?:i(?:'m| am) )?(?:looking|searching) for)"
_SOME = r"(?:(?:some|any|more|all|the|further|general|basic) )*"
_INFORMATION = r"(?:information|info|details|facts)"
_ON = r"(?:about|on|of|regarding|concerning)"
_THING = r"(?P<thing>(?!(?:what|which|who|whom|whose|when|where|why|how|whether|if|out|it|this|that|them)\b).+)$"
_SHORT = r"(?:(?:very )?(?:short|brief|quick|general|concise) )?"
_SUMMARY = rf"{_SHORT}(?:overview|summary|outline|introduction|biography|description|account)"
_LIFE = r"(?:(?:the )?(?:life|life story)(?: and (?:works?|times|career|death))? of )?"
_TOLD = tuple(
    re.compile(_PLEASE + rule + _THING, re.IGNORECASE)
    for rule in (
        rf"(?:{_LOOKING}|{_I_WANT}|(?:give|find|show|get|tell)(?: me)?) {_SOME}{_INFORMATION} {_ON} ",
        rf"{_INFORMATION} {_ON} ",
        r"i(?:'m| am) (?:interested in|curious about) ",
        rf"(?:{_I_WANT} to |help me )(?:know|learn|hear|read|find out) {_SOME}about ",
        rf"tell(?: me)? (?:(?:a (?:bit|little|lot)|something|everything) )?{_SOME}(?:about|on) ",
        r"what (?:should|must|can|do) (?:i|we) (?:have to |need to )?know about ",
        r"what (?:do you know|can you tell me) about ",
        rf"(?:(?:{_I_WANT}|(?:give|write|show)(?: me)?) )?an? {_SUMMARY} (?:of|to|about|on) {_LIFE}",
        r"biography of ",
        rf"(?:briefly )?(?:summari[sz]e|sum up) (?:for me )?{_LIFE}",
    )
)
"""A thing is named, and no side of it."""
_FOUND = re.compile(rf"{_PLEASE}(?:{_LOOKING}|(?:find|look up|search for)(?: me)?) {_THING}", re.IGNORECASE)
"""Something is to be found: it says itself what."""


def bare(request: str) -> str:
    """The request as "Tell me about X", or as X alone where it says of what sort X is; any other text as it is."""
    text = " ".join(request.replace("’", "'").split())
    for rule in _TOLD:
        if found := rule.match(text):
            return f"{TELL}{found['thing']}"
    found = _FOUND.match(text)
    return found["thing"] if found else request
