"""Which smaller questions does this question hold? By rules over its words, for research in steps; no model.

Three shapes are known. *Bridges* describe a thing instead of naming it ("the director of the film that …"): one part
asks for the thing, and the next is the question with what was found in its place. *Pairs* ask the same of two things
("who was born earlier, A or B?"): a part for each. *Conjunctions* are two questions in one ("who … and when …?").
A wrong split costs a search and a section that nobody reads; none costs the second hop. So what is unsure is split.
Where nobody asked for research (``halves``) only what is surely two questions is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pincite.answer.question.pair import things
from pincite.answer.question.recall import Said, resolve
from pincite.text.tokens import STOP_WORDS, words

MOST = 4
"""Parts at the most."""
LONGEST = 400
"""Characters; what is longer is a text about something, and rules that look for pairs of places would be slow on it."""
PLACE = "{}"
"""Stands in a part's text where what an earlier part finds goes."""


@dataclass(frozen=True)
class Part:
    """A smaller question. ``after`` is the place of the part whose answer goes where ``PLACE`` stands, or ``None``."""

    text: str
    after: int | None = None

    def filled(self, found: str) -> str:
        """The question about what was ``found``."""
        return _begun(self.text.replace(PLACE, found))


def _begun(text: str) -> str:
    """As a sentence begins: with a capital."""
    return f"{text[:1].upper()}{text[1:]}"


_ASKING = r"(?:what|which|whom?|whose|when|where|how (?:many|much|long|old|tall|far|high|big|large)|how|why)"
_WH = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)
_BE = r"(?:is|was|are|were)"
_LINK = r"(?:who|whom|that|which|whose|where|(?:in|on|at|by|for|from|of|during|after) (?:which|whom|whose))"
_MADE = r"(?:\w+ing|\w+(?:ed|en|wn|own|ilt) (?:by|in|on|for|from|at|after|during))"
_WORD = r"(?!(?:the|an?|another|this|of|in|by|who|that|which|where) )[^\s,?]+"
_HEAD = rf"\b(?:the|an?|another|this) (?:{_WORD} ){{0,4}}?{_WORD}"
_DESCRIBED = (
    re.compile(rf"(?P<thing>{_HEAD}),? (?P<link>{_LINK}|{_MADE}) (?P<says>.+)", re.IGNORECASE),
    re.compile(
        r"(?P<thing>\b(?:the|an?) (?:[a-z]+ ){0,3}[a-z]+)(?P<link>) "
        r"(?P<says>(?:the [a-z]+ )?[A-Z][^,?]+? (?:is|was|are|were|had|has|did) .+)"
    ),
)
"""A thing and what is said of it: "the woman who played X", "the program X was made for"."""
_LATE = re.compile(
    r"(?P<says>.+)(?<! first) (?P<tail>(?:born|die|died|founded|first \w+ed|published|released|located|situated"
    r"|established|formed|built|made|opened"
    r"|based|from|called|known|named|written|directed|produced|recorded|set|held|elected)\b.*)"
)
_OF = re.compile(
    rf"(?P<before>.*\b{_ASKING}\b.* (?:of|by|in|for|with|from|to|is|was|are|were|did|does))"
    r" (?P<thing>the (?:[^\s,]+ ){0,3}?(?-i:[a-z]+)) (?P<link>of|in|from)"
    r" (?P<says>(?-i:(?:[Tt]he )?(?:[a-z]+ )?[^\W\d_a-z]|(?:[a-z]+ )?[\"“]).*)$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r" (?:is|was|are|were|has|have|had|does|do|did|can|could|will|would|[a-z]{3,}(?:ed|es)|[a-z]{3,}[a-rt-z]s"
    r"|won|led|wrote|made|held|became|began|ran|took|gave|met|sang|built|lost|left|plays|says) "
)
_COMPARED = tuple(
    (re.compile(rf"\b(?:{words_})\b", re.IGNORECASE), asked)
    for words_, asked in (
        ("born (?:earlier|first|later|last)|older|younger|oldest|youngest", "When was {} born?"),
        ("died (?:earlier|first|later|last)", "When did {} die?"),
        ("(?:founded|established|formed|created) (?:earlier|first|later|last)", "When was {} founded?"),
        ("(?:released|published|came out|opened|built) (?:earlier|first|later|last)", "When was {} released?"),
        ("taller|higher|tallest|highest", "How tall is {}?"),
        ("longer|longest", "How long is {}?"),
        ("larger|bigger|largest|biggest", "How large is {}?"),
        ("more (?:people|inhabitants)|most (?:people|inhabitants)|more populous", "How many people live in {}?"),
    )
)
_NAME = r"(?:the )?[^\W\d_a-z][^,?]{0,60}?"
_EITHER = re.compile(rf"[,:]? (?P<a>{_NAME}),? or (?P<b>{_NAME})$")
_BOTH = re.compile(
    rf"^(?P<be>(?i:are|were|is|was|do|does|did|have|has|can))(?: both)? (?:the [a-z]+ )?"
    rf"(?P<a>{_NAME}),? and (?P<b>{_NAME})"
    rf"(?P<rest> (?:both |of the same |[a-z]).*)$"
)
_ONE = {"are": "is", "were": "was", "do": "does", "have": "has"}
_WHAT_BOTH = re.compile(
    r"^(?P<asks>(?:what|which) [^,]{3,60}?) (?:do|did|does|is|are|was|were|have)(?: both)? (?:[a-z]+ ){0,3}"
    r"(?P<a>[A-Z][^,?]{0,60}?),? and (?P<b>[A-Z][^,?]{0,60}?)(?: (?:both|share|have).*)?$"
)
_JOINT = re.compile(
    r"(?:,? (?:and|but)(?: also)?,?|;|\?) (?=(?:(?:in|on|at|by|from|for|to) )?"
    r"(?:what|when|where|why|how|who|(?:in|on|at|by|from|for|to) which)\b)",
    re.IGNORECASE,
)

_PRONOUN = re.compile(r"\b(?:it|he|she|they|him|her|them)\b", re.IGNORECASE)

_AUX = r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n't)?)"
_ASKS = re.compile(
    rf"^(?:(?:in|on|at|by|from|for|to|of) )?(?:(?:when|where|why|how|whom) {_AUX} \S"
    r"|how (?:many|much|long|old|tall|far|high|big|large|deep|often|fast|heavy|wide) \S"
    rf"|(?:who|what|which|whose)(?: [^\s,]+){{0,6}}? (?:{_AUX}|[a-z]{{2,}}(?:ed|es|[a-rt-z]s)|won|led|wrote|made|held"
    r"|became|began|ran|took|gave|met|sang|built|lost|left|said|came|happened) \S)",
    re.IGNORECASE,
)
"""A question by the order of its words, not a clause with one's first word ("the city where …", "how it works")."""
_AT_ONCE = re.compile(
    rf"^(?P<one>when|where|why|how|who|what) (?:and|or) (?P<other>when|where|why|how|by whom) (?P<rest>{_AUX} .+)$",
    re.IGNORECASE,
)
_SHARED = re.compile(r" (?:between|both|either)\b", re.IGNORECASE)
_CLAUSE = re.compile(r" (?:who|whose|whom|which|that)\b", re.IGNORECASE)
_MAY_FOLLOW = re.compile(r"(?:who|whose|whom|which)\b", re.IGNORECASE)
"""What belongs to a clause before it: "the man who founded it and who led it", "the years between X and when …"."""


def split(question: str) -> tuple[Part, ...]:
    """The parts, at most ``MOST``; none for a question that is simple, long, or that no rule knows."""
    plain = " ".join(question.replace("’", "'").strip(" ¿?!.").split())
    if len(plain) > LONGEST:
        return ()
    for rule in (_compared, _pair, _conjoined, _bridge):
        found = tuple(rule(plain))
        if found:
            return found[:MOST]
    return ()


def halves(question: str) -> tuple[str, ...]:
    """Two questions that one sentence, or two, ask: each by itself, the second as it follows the first; else nothing.

    "When was it built and how tall is it?" are two, "when and where was she born?" as well.
    """
    plain = " ".join(question.replace("’", "'").strip(" ¿?!.").split())
    if len(plain) > LONGEST:
        return ()
    if at_once := _AT_ONCE.match(plain):
        return tuple(f"{_begun(at_once[each])} {at_once['rest']}?" for each in ("one", "other"))
    joint = _JOINT.search(plain, 1)
    if joint is None or _JOINT.search(plain, joint.end()):
        return ()
    first, second = plain[: joint.start()].strip(), plain[joint.end() :].strip()
    belongs = _SHARED.search(first) or (_CLAUSE.search(first) and _MAY_FOLLOW.match(second))
    if belongs or not (_ASKS.match(first) and _ASKS.match(second)):
        return ()
    return f"{_begun(first)}?", f"{_begun(second)}?"


def _compared(plain: str) -> Iterator[Part]:
    for thing in things(plain):
        many = thing.endswith("s") and not thing.endswith(("ss", "us", "is"))
        yield Part(f"What {'are' if many else 'is'} {thing}?")


def _pair(plain: str) -> Iterator[Part]:
    either = _EITHER.search(plain)
    if either is not None:
        for asks, template in _COMPARED:
            if asks.search(plain):
                yield from (Part(template.format(either[name].strip())) for name in ("a", "b"))
                return
        before = plain[: either.start()]
        if _WH.match(before):
            yield from (Part(f"{before}: {either[name].strip()}?") for name in ("a", "b"))
        return
    both = _BOTH.match(plain)
    if both is not None:
        same = re.match(r" (?:of|from|in) the same (?P<what>.+)", both["rest"])
        rest = re.sub(r"^ both(?= )", "", both["rest"])
        verb = _ONE.get(both["be"].lower(), both["be"]).capitalize()
        for name in (both["a"].strip(), both["b"].strip()):
            yield Part(f"What is the {same['what']} of {name}?" if same else f"{verb} {name}{rest}?")
        return
    shared = _WHAT_BOTH.match(plain)
    if shared is not None and _is_name(shared["a"]) and _is_name(shared["b"]):
        yield from (Part(f"{shared['asks']} {_is(shared)} {shared[name].strip()}?") for name in ("a", "b"))


def _is(shared: re.Match[str]) -> str:
    """The verb as it stands between what is asked and the first name."""
    verb = re.search(r"\b(?:is|are|was|were)\b", shared[0][len(shared["asks"]) :])
    return "was" if verb is not None and verb[0] in ("was", "were") else "is"


def _is_name(text: str) -> bool:
    return sum(word not in STOP_WORDS for word in words(text)) <= 5


# ── bridges ──


def _bridge(plain: str) -> Iterator[Part]:
    """What describes the thing, as a question of its own; then the question with the thing in its place."""
    found = _at_the_end(plain) or _at_the_start(plain) or _of_a_thing(plain)
    if found is not None:
        thing, rest = found
        yield Part(f"{_begun(thing)}?")
        yield Part(f"{_begun(rest)}?", after=0)


def _at_the_end(plain: str) -> tuple[str, str] | None:
    """ "What position was held by *the woman who played Corliss Archer*": the question word comes before."""
    described = (found for rule in _DESCRIBED for found in rule.finditer(plain))
    for linked in described:
        before = plain[: linked.start()].strip()
        if not _WH.search(before) or _WH.fullmatch(before):
            continue
        auxiliary = before.split()[-1].lower() in _AUXILIARIES
        says, tail = _without_the_late(linked["says"]) if auxiliary else (linked["says"], "")
        return _asked(linked["thing"], linked["link"], says), f"{before} {PLACE}{tail}"
    return None


def _without_the_late(says: str) -> tuple[str, str]:
    """What is said of the thing, and what comes after it and belongs to the question's first word: "… born"."""
    late = _LATE.match(says)
    return (late["says"], f" {late['tail']}") if late else (says, "")


_AUXILIARIES = frozenset("is was are were did does do has have had will can".split())


def _at_the_start(plain: str) -> tuple[str, str] | None:
    """ "*The battle in which X died* secured what", "*X was the head of a company* that makes what": it follows."""
    asked = next(reversed(list(_WH.finditer(plain, 1))), None)
    if asked is None or _WH.match(plain):
        return None
    before = plain[: asked.start()]
    described = re.match(rf"(?P<thing>{_HEAD}) (?P<link>{_LINK}|{_MADE}|of) (?P<says>.+)$", f"{before} ", re.I)
    if described is not None:
        verbs = [verb for verb in _VERB.finditer(f" {described['says']} ") if verb.start() > 2]
        if verbs:
            at = described.start("says") + verbs[-1].start() - 1
            inner = _asked(described["thing"], described["link"], plain[described.start("says") : at].strip())
            return inner, f"{PLACE} {plain[max(at, 0) :].strip()}"
    linked = list(re.finditer(rf" (?P<thing>{_HEAD}),? (?P<link>who|that|which|{_MADE}) ", before, re.I))
    if linked and _VERB.search(f"{before[: linked[-1].start()]} "):
        last = linked[-1]
        thing = re.sub(r"^(?:the|an?|another) ", "", last["thing"], flags=re.IGNORECASE)
        link = "" if last["link"].lower() in ("who", "that", "which") else f"is {last['link']} "
        return f"{before[: last.start()]} which {thing}", f"{PLACE} {link}{plain[last.end() :]}"
    return None


def _of_a_thing(plain: str) -> tuple[str, str] | None:
    """ "Who is the brother of *the guest star of X*"."""
    found = _OF.match(plain)
    if found is None:
        return None
    before = found["before"].split()
    auxiliary = before[-1].lower() in _AUXILIARIES
    says, tail = _without_the_late(found["says"]) if auxiliary else (found["says"], "")
    if auxiliary and not tail and len(before) == 2:  # "what is the capital of France" is simple
        return None
    return _asked(found["thing"], found["link"], says), f"{found['before']} {PLACE}{tail}"


def _asked(thing: str, link: str, says: str) -> str:
    """ "the woman", "who", "played X" as a question: "Which woman played X"."""
    bare = re.sub(r"^(?:the|an?|another|this) ", "", thing, flags=re.IGNORECASE)
    low = link.lower()
    if low in ("of", "in", "from"):
        return f"Who or what is the {bare} {link} {says}"
    if low == "whose":
        return f"Which {bare}'s {says}"
    if low == "where":
        return f"In which {bare} {says}"
    if low.endswith(("which", "whom", "whose")) and " " in low:
        return f"{low.split()[0].capitalize()} which {bare} {says}"
    return f"Which {bare} {says}" if low in ("", "who", "that", "which", "whom") else f"Which {bare} {link} {says}"


# ── conjunctions ──


def _conjoined(plain: str) -> Iterator[Part]:
    at = _JOINT.search(plain, 1)
    if at is None:
        return
    first, second = plain[: at.start()].strip(), plain[at.end() :].strip()
    if min(len(words(first)), len(words(second))) < 3:
        return
    topic = resolve(second, [Said(first)]).topic
    if topic and topic in first:
        second = _PRONOUN.sub(topic, second, count=1)
    for piece in (first, second):
        if _WH.search(piece):
            yield Part(f"{_begun(piece)}?")
