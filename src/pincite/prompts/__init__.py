"""What is a model told? One Markdown file a prompt, text only, with its purpose and its inputs written on top.

``{{name}}`` is where an input goes. A prompt says no ``if``: what may be absent is an input that may be empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Template:
    """A prompt before its inputs are filled in."""

    name: str
    purpose: str
    inputs: frozenset[str]
    text: str

    def places(self) -> frozenset[str]:
        """The inputs that the text has a place for; the same as ``inputs``, or it is a mistake."""
        return frozenset(_PLACE.findall(self.text))


def names() -> list[str]:
    """Every prompt there is."""
    return sorted(f.name.removesuffix(".md") for f in files(__package__).iterdir() if f.name.endswith(".md"))


@lru_cache
def template(name: str) -> Template:
    """Raises ``FileNotFoundError`` for an unknown name and ``ValueError`` for a file without its front matter."""
    raw = files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    head, found, text = raw.removeprefix("---\n").partition("\n---\n")
    front = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    if not found or not {"purpose", "inputs"} <= front.keys():
        raise ValueError(f"prompts/{name}.md does not open with its purpose and its inputs")
    inputs = frozenset(word.strip() for word in front["inputs"].split(",") if word.strip())
    return Template(name, front["purpose"], inputs, text.strip())


def render(name: str, **inputs: str) -> str:
    """The text of a prompt with its inputs. What an input holds is never read as a place for another.

    Raises ``ValueError`` unless exactly the inputs of its front matter are given.
    """
    prompt = template(name)
    if inputs.keys() != prompt.inputs:
        raise ValueError(f"prompts/{name}.md takes {sorted(prompt.inputs)}, not {sorted(inputs)}")
    return _PLACE.sub(lambda place: inputs[place[1]], prompt.text)
