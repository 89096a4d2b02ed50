"""What is the thing that a question asks to be told about? For "what is", "who was", "how does it work", "when"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pincite.answer.question import foreign
from pincite.text.languages import detect

_NAME = r"(?P<about>[^\s,;:?!]+(?: [^\s,;:?!]+){0,5}?)"
_ASKED = tuple(
    re.compile(rule, re.IGNORECASE)
    for rule in (
        rf"^(?:what|who)(?:'s| is| are| was| were| exactly is) {_NAME}(?: exactly)?$",
        rf"^(?:please )?(?:tell me|explain|describe|define|definition of|meaning of)(?: about| to me)? {_NAME}$",
        rf"^what (?:does|do) {_NAME} mean$",
        rf"^how (?:does|do) {_NAME}(?: actually| really)? work$",
    )
)
_LIFE = re.compile(rf"^when (?:was|did) {_NAME} (?P<event>born|die|died)$", re.IGNORECASE)
_KEYWORDS = re.compile(r"^[^\s,;:?!]+(?: [^\s,;:?!]+){0,3}$")
_NO_NAME = re.compile(
    r"^(?:who|what|when|where|why|which|how|whose|is|are|was|were|do|does|did|can|could|should|will|list|compare|name"
    r"|in|on|at|of|for|to|about)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=[^\d_]*[\d_])(?=[\d_]*[^\W\d_]|\d{4})\w+(?:[-./]\w+)*")
_OPENED = re.compile(
    r"(?:what(?:'s| is| are| does| do)?|please|tell me|show me|open|summari[sz]e|describe)?"
    r"(?: ?\b(?:in|inside|about|say|says|contain|contains|the|file|document|contents?|summary|of|me|a))*"
)
"""A question for what a file says, without the file's name."""
_ARTICLE = re.compile(r"^(?:an?|the|some) (?=\S)", re.IGNORECASE)


def about(question: str) -> str:
    """What a question asks to be told about, as it names it, without an article; nothing for other questions."""
    if detect(question) != "en":
        return foreign.about(question)
    plain = " ".join(question.replace("’", "'").strip(" ¿?!.\"'").split())
    found = next((match for rule in _ASKED if (match := rule.match(plain))), None)
    if found is not None:
        return _ARTICLE.sub("", found["about"])
    bare = _ARTICLE.sub("", plain)
    return bare if _KEYWORDS.match(bare) and not _NO_NAME.match(plain) else ""


def identifier(thing: str) -> str:
    """``thing`` where it is one code by which something is called: HER-231, E4012, HERON_MAX_RETRIES; else nothing."""
    return thing if _CODE.fullmatch(thing) else ""


def opened(question: str, files: Iterable[str]) -> str:
    """Which of ``files`` the question names, and asks nothing of but what is in it; nothing for other questions."""
    plain = " ".join(question.lower().strip(" ¿?!.").split())
    for name in files:
        if "." not in name:  # no file: a page's address may end with a slash, and so name nothing
            continue
        before, found, behind = plain.partition(name.lower())
        if found and _OPENED.fullmatch(" ".join(f"{before} {behind}".replace('"', " ").split())):
            return name
    return ""


def life_event(question: str) -> tuple[str, str]:
    """Whose birth or death is asked for, and which, "born" or "die"; two empty strings for other questions."""
    found = _LIFE.match(" ".join(question.strip(" ¿?!.\"'").split()))
    return (_ARTICLE.sub("", found["about"]), found["event"].lower()[:4].rstrip("d")) if found else ("", "")
