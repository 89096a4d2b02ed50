"""Which two things are to be compared? "The difference between A and B", "A vs B"."""

from __future__ import annotations

import re

from pincite.answer.terms import terms

_THING = r"(?P<{}>[^,;:?!]{{1,60}}?)"
_A, _B = _THING.format("a"), _THING.format("b")
_ASKED = tuple(
    re.compile(rule, re.IGNORECASE)
    for rule in (
        rf"\b(?:differences?|distinction|similarities) (?:is |are )?between {_A} and {_B}$",
        rf"^(?:please )?(?:compare|contrast|distinguish)(?: between)? {_A} (?:and|with|to|from|against) {_B}$",
        rf"^how (?:do|does|did|is|are|was|were) {_A} (?:differ(?:ent)?|compare[ds]?) (?:from|to|with) {_B}$",
        rf"^(?:what is |what are )?{_A},? (?:vs\.?|versus|compared (?:to|with)) {_B}$",
    )
)
_ARTICLE = re.compile(r"^(?:an?|the) (?=\S)", re.IGNORECASE)
_ADJECTIVE = re.compile(r"^\w+(?:an|ese|ish|ic|al|ern|en|ous|ary|ive)$", re.IGNORECASE)


def things(question: str) -> tuple[str, ...]:
    """The two things that are to be compared, without articles; nothing for other questions.

    "African and Asian elephants" are African elephants and Asian elephants.
    """
    plain = " ".join(question.replace("’", "'").strip(" ¿?!.\"'").split())
    found = next((match for rule in _ASKED if (match := rule.search(plain))), None)
    if found is None:
        return ()
    a, b = (_ARTICLE.sub("", found[name].strip()) for name in ("a", "b"))
    if _ADJECTIVE.match(a) and " " in b:
        a = f"{a} {b.rsplit(' ', 1)[1]}"
    return (a, b) if set(terms(a)) and set(terms(b)) and set(terms(a)) != set(terms(b)) else ()
