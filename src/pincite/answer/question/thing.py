"""What is the thing that a question asks to be told about? For "what is", "who was", "how does it work", "when"."""

from __future__ import annotations

import re

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
_ARTICLE = re.compile(r"^(?:an?|the|some) (?=\S)", re.IGNORECASE)


def about(question: str) -> str:
    """What a question asks to be told about, as it names it, without an article; nothing for other questions."""
    plain = " ".join(question.replace("’", "'").strip(" ¿?!.\"'").split())
    found = next((match for rule in _ASKED if (match := rule.match(plain))), None)
    if found is not None:
        return _ARTICLE.sub("", found["about"])
    bare = _ARTICLE.sub("", plain)
    return bare if _KEYWORDS.match(bare) and not _NO_NAME.match(plain) else ""


def life_event(question: str) -> tuple[str, str]:
    """Whose birth or death is asked for, and which, "born" or "die"; two empty strings for other questions."""
    found = _LIFE.match(" ".join(question.strip(" ¿?!.\"'").split()))
    return (_ARTICLE.sub("", found["about"]), found["event"].lower()[:4].rstrip("d")) if found else ("", "")
