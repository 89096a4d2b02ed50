"""What does a model say to look for? Smaller questions at the start, searches for what is missing after a round.

One call each. A small model numbers its lines, wraps them in JSON or talks before them: whatever holds questions is
read, and whatever does not is left out. What can't be used at all is ``None``: rules then do the same.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Sequence

from pincite.answer.question.split import MOST, PLACE, Part
from pincite.answer.spoken import spoken
from pincite.answer.write.asides import refuses
from pincite.errors import ModelRefused, ModelStalled
from pincite.ports import Deadline, ModelClient, Prompt, Turn
from pincite.prompts import render

MAX_TOKENS = 300
MAX_CHARACTERS = 300
"""Of a smaller question, and of a search."""
SEARCHES = 3
ENOUGH = "enough"

_MARK = re.compile(r"^\s*(?:[-*+•]\s+|(?:Q(?:uestion)?\s*)?\(?\d{1,2}[.):]\s+)?")
_REFERENCE = re.compile(r"\[{1,2}(\d)\]{1,2}|\{{1,2}(\d)\}{1,2}|\((\d)\)|<(\d)>|#(\d)(?!\d)")
"""A part that was named before, as models write it. A year in brackets is none."""
_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)


async def proposed(question: str, model: ModelClient, deadline: Deadline) -> tuple[Part, ...] | None:
    """The parts of ``question``; none for a question that one search answers. Raises ``ModelFailed``."""
    asked = Turn("user", f"Question: {question}")
    prompt = Prompt(render("parts"), (asked,), MAX_TOKENS, temperature=0.0, key=f"parts {question}")
    return parsed(await _said(prompt, model, deadline), question)


async def still_missing(
    question: str, found: Sequence[str], open_: Sequence[str], model: ModelClient, deadline: Deadline
) -> tuple[str, ...]:
    """At most ``SEARCHES`` searches for what was not found yet. Raises ``ModelFailed``."""
    lines = {"found": "\n".join(found) or "nothing", "open": "\n".join(open_) or question}
    text = render("missing", question=question, fence=secrets.token_hex(4), **lines)
    key = f"missing {json.dumps([question, lines])}"
    said = _lines(await _said(Prompt("", (Turn("user", text),), MAX_TOKENS, temperature=0.0, key=key), model, deadline))
    return tuple(line for line in said if line.strip(" .").casefold() != ENOUGH)[:SEARCHES]


def parsed(said: str, question: str) -> tuple[Part, ...] | None:
    """The parts in a model's words; none where they are the question itself, ``None`` where nothing can be read."""
    lines = _lines(said)
    if not lines:
        return None
    places: dict[int, int] = {}
    parts: list[Part] = []
    for number, line in enumerate(lines, start=1):
        named = sorted({int(found[found.lastindex or 0]) for found in _REFERENCE.finditer(line)})
        text = _REFERENCE.sub(PLACE, line)
        if len(named) > 1 or any(one not in places for one in named) or len(parts) == MOST:
            continue
        places[number] = len(parts)
        parts.append(Part(text, places[named[0]] if named else None))
    same = len(parts) == 1 and parts[0].text.strip(" ?").casefold() == question.strip(" ?").casefold()
    return () if same else tuple(parts) or None


def _lines(said: str) -> list[str]:
    """The lines that may be questions or searches, each once, without marks and quotes."""
    bare = _FENCE.sub("", said).strip()
    listed = _from_json(bare)
    kept: dict[str, str] = {}
    for line in bare.splitlines() if listed is None else listed:
        text = " ".join(_MARK.sub("", line).strip(" \"“”'*_`,").split())
        usable = any(c.isalpha() for c in text) and len(text) <= MAX_CHARACTERS and not text.endswith((":", "："))
        if usable and text.isprintable() and not text.startswith("{"):
            kept.setdefault(text.casefold(), text)
    return list(kept.values())


def _from_json(said: str) -> list[str] | None:
    """Texts of a JSON list, or of the first list in a JSON object; ``None`` where it is no JSON."""
    if not said.startswith(("[", "{")):
        return None
    try:
        tree = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if isinstance(tree, dict):
        tree = next((value for value in tree.values() if isinstance(value, list)), [])
    found = [next(iter(one.values()), "") if isinstance(one, dict) else one for one in tree]
    return [one for one in found if isinstance(one, str)]


async def _said(prompt: Prompt, model: ModelClient, deadline: Deadline) -> str:
    try:
        async with asyncio.timeout(deadline.left()):
            said = await spoken(prompt, model, deadline)
    except TimeoutError:
        raise ModelStalled(
            f"{model.card.id} had not planned when its time was over",
            reason="timeout",
            hint="raise answer.research_s, or name a faster model in models.planner",
        ) from None
    if refuses(said):
        raise ModelRefused(
            f"{model.card.id} refused to plan", reason="refused", hint="name another model in models.planner"
        )
    return said
