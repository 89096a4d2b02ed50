"""Who is compared? A contender: the settings it writes by, and what it is told besides.

Only what decides how an answer is *written* may differ. What is found is found once, for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pincite.errors import BadInput
from pincite.loading import changed
from pincite.settings import Settings

Side = Literal["a", "b"]
WRITES = ("models.", "answer.")
"""Settings that decide how an answer is written …"""
SHARED = {
    "answer.sources": "decides what is found",
    "answer.whole_tokens": "is about files that were handed in, and here are none",
    "answer.read_s": "is not hurried here, so that a busy machine answers the same",
}
"""… but for these."""
EXAMPLE = "such as --a name=short answer.max_words=40 --b name=long answer.max_words=120"


@dataclass(frozen=True)
class Contender:
    """One of the two. ``said`` holds what makes it differ, as it was given."""

    side: Side
    name: str
    settings: Settings
    instructions: str
    said: dict[str, str]


def contender(side: Side, words: Sequence[str], settings: Settings) -> Contender:
    """``NAME=VALUE`` words over the settings that both share.

    Names are ``name``, ``model`` (short for ``models.default``), ``instructions``, and settings under ``models.`` and
    ``answer.``. Raises ``BadInput`` or ``BadSettings`` with the word that can't be taken.
    """
    said: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        name = "models.default" if name == "model" else name
        if not equals:
            raise BadInput(f"--{side} takes NAME=VALUE, not {word!r}", hint=EXAMPLE)
        if name in said:
            raise BadInput(f"--{side} sets {name} twice: {said[name]!r} and {value!r}", hint="leave one of them out")
        if name in SHARED or not (name in ("name", "instructions") or name.startswith(WRITES)):
            why = SHARED.get(name, "is not about writing")
            raise BadInput(
                f"--{side} sets {name}, which {why}: both answer from one retrieval",
                hint="what holds for both is given before: pincite --set NAME=VALUE arena …",
            )
        said[name] = value
    flags = {name: value for name, value in said.items() if name not in ("name", "instructions")}
    if flags.get("models.default") == "none":
        flags["models.default"] = ""
    made = changed(settings, {name: value or None for name, value in flags.items()} if flags else {})
    if made.models.first and not made.models.default:
        raise BadInput(
            f"--{side} has {made.models.first} write first, and nobody to write after it",
            hint="add model=endpoint:model, who writes where that is not good enough",
        )
    if said.get("instructions") and not made.models.default:
        raise BadInput(
            f"--{side} gives instructions, and no model to follow them",
            hint="add model=endpoint:model; pincite models lists them",
        )
    name = said.get("name", "") or " ".join(f"{n}={v}" for n, v in said.items()) or "as it is set"
    return Contender(side, name, made, said.get("instructions", ""), said)


def both(a: Sequence[str], b: Sequence[str], settings: Settings) -> dict[Side, Contender]:
    """The two of them. Raises ``BadInput`` where there is nothing to compare, or they can't be told apart."""
    one, other = contender("a", a, settings), contender("b", b, settings)
    if (one.settings, one.instructions) == (other.settings, other.instructions):
        raise BadInput("--a and --b write in the same way: there is nothing to compare", hint=EXAMPLE)
    if one.name == other.name:
        raise BadInput(f"--a and --b are both called {one.name!r}", hint="give one of them another name=")
    return {"a": one, "b": other}
