"""Which form does a model propose, and what of it can be used? One call beside the search; text in, JSON out.

The model sees the question only, so it need not wait for the search. A small model talks around its JSON, names keys
otherwise, and makes up options: whatever reads as fields with options is read, and each option is searched for before
it is shown (``clarify``). Nothing is repaired: what can't be used is ``None``, and the mined form is asked.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pincite.answer.clarify.facets import plain
from pincite.answer.spoken import spoken
from pincite.ports import Deadline, ModelClient, Prompt, Turn
from pincite.prompts import render

MAX_TOKENS = 400
LONGEST = 16_000
"""Characters of a reply that are looked at."""
MOST_TRIED = 20
"""Places where an object may begin that are tried."""
MOST_FIELDS, MOST_OPTIONS = 2, 6
LABEL, ASKED = 60, 160
"""Characters of a label, and of what is asked."""

_MANY = re.compile(r"many|multi|check|several", re.IGNORECASE)


@dataclass(frozen=True)
class Option:
    """One option. ``terms`` are what it adds to the search."""

    label: str
    terms: str


@dataclass(frozen=True)
class Proposed:
    """One field of a proposal, with two options at the least."""

    label: str
    kind: Literal["one", "many"]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Proposal:
    """What a model would ask back."""

    text: str
    why: str
    fields: tuple[Proposed, ...]


async def proposal(question: str, model: ModelClient, deadline: Deadline) -> Proposal | None:
    """What ``model`` would ask back, or ``None`` where nothing of its reply can be used. Raises ``ModelFailed``."""
    asked = render("open_question", fence=secrets.token_hex(4), question=" ".join(question.split()))
    prompt = Prompt(render("form"), (Turn("user", asked),), MAX_TOKENS, temperature=0.0, key=f"form {question}")
    return parsed(await spoken(prompt, model, deadline), question)


def parsed(said: str, question: str) -> Proposal | None:
    """The first object in a model's words that reads as a form for ``question``; ``None`` where none does."""
    for tree in _objects(said[:LONGEST]):
        listed = _first(tree, "fields", "questions", "form")
        given = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else [tree]
        read = [_field(each, question) for each in given[:MOST_FIELDS] if isinstance(each, dict)]
        fields = tuple(each for each in read if each is not None)
        if fields:
            text = _text(tree, ASKED, "question", "text", "title", "ask") or fields[0].label
            return Proposal(text, _text(tree, ASKED, "why", "reason"), fields)
    return None


def _objects(said: str) -> Iterator[dict[str, Any]]:
    """Every JSON object that begins somewhere in the text, the outer ones first."""
    decoder = json.JSONDecoder()
    for place in [match.start() for match in re.finditer(r"\{", said)][:MOST_TRIED]:
        try:
            tree, _ = decoder.raw_decode(said, place)
        except (ValueError, RecursionError):
            continue
        if isinstance(tree, dict):
            yield tree


def _field(tree: Mapping[str, Any], question: str) -> Proposed | None:
    listed = _first(tree, "options", "choices", "answers", "values")
    options: dict[frozenset[str], Option] = {}
    for each in listed if isinstance(listed, list) else ():
        option = _option(each, question)
        if option is not None and len(options) < MOST_OPTIONS:
            options.setdefault(plain(option.terms), option)
    label = _text(tree, ASKED, "label", "question", "text", "title", "name")
    if len(options) < 2 or not label:
        return None
    kind = str(_first(tree, "kind", "type") or "")
    return Proposed(label, "many" if _MANY.search(kind) else "one", tuple(options.values()))


def _option(tree: object, question: str) -> Option | None:
    """An option that adds something to the question."""
    given = {"label": tree} if isinstance(tree, str) else tree
    if not isinstance(given, dict):
        return None
    label = _text(given, LABEL, "label", "text", "name", "option", "value")
    terms = _text(given, ASKED, "terms", "query_patch", "query", "search") or label
    asked = plain(question)
    more = " ".join(word for word in terms.split() if plain(word) - asked)
    return Option(label, more) if label and plain(more) else None


def _first(tree: Mapping[str, Any], *names: str) -> Any:
    return next((tree[name] for name in names if tree.get(name)), None)


def _text(tree: Mapping[str, Any], most: int, *names: str) -> str:
    """The first of these that is a text: one line, no longer than it may be."""
    found = next((tree[name] for name in names if isinstance(tree.get(name), str)), "")
    line = " ".join(found.split())
    return line if len(line) <= most and line.isprintable() else ""
