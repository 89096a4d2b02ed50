"""Which sources does the person trust? Rules of ``policy.toml``: boost, block, trust, and how fast a source ages.

::

    [[source]]
    site = "docs.python.org"        # and its subdomains
    boost = 1.5

    [[source]]
    collection = "news"
    half_life_days = 30

A rule names what it is about by ``site``, ``collection``, ``path`` (how an address, or a file's path, begins) and
``lang``, joined by *and*, and says what to do. Of the rules that fit a document boosts multiply, one block is enough,
and the last trust and half-life count.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pincite.errors import BadSettings
from pincite.text.named import within
from pincite.types import Document

HINT = "docs/ranking.md describes every entry"


class Rule(BaseModel):
    """One ``[[source]]``: what it is about, and what is done with it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    site: str = ""
    collection: str = ""
    path: str = ""
    lang: str = ""
    boost: float = Field(1.0, ge=0.1, le=10)
    block: bool = False
    trust: float | None = Field(None, ge=0, le=1)
    half_life_days: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.named:
            raise ValueError("it names no site, collection, path or lang")
        if not self.model_fields_set & {"boost", "block", "trust", "half_life_days"}:
            raise ValueError("it says nothing to do: boost, block, trust or half_life_days")
        return self

    @property
    def named(self) -> str:
        """What it is about, in words."""
        return " ".join(filter(None, (self.site, self.collection, self.path, self.lang)))

    def fits(self, document: Document) -> bool:
        site = self.site.lower().removeprefix("www.")
        return (
            (not site or within(document.site, [site]))
            and (not self.collection or document.collection == self.collection)
            and (not self.path or document.url.startswith((self.path, f"file://{self.path}")))
            and (not self.lang or document.lang == self.lang)
        )


@dataclass(frozen=True)
class Standing:
    """What the policy says of one document."""

    boost: float = 1.0
    trust: float | None = None
    """0 to 1; ``None`` where nobody said."""
    half_life_days: float | None = None
    rules: tuple[Rule, ...] = ()

    def told(self) -> list[str]:
        """What was done and by which rule, in words: "boosted ×1.5 by your policy: docs.python.org"."""
        lines = [
            f"{'boosted' if rule.boost > 1 else 'lowered'} ×{rule.boost:g} by your policy: {rule.named}"
            for rule in self.rules
            if rule.boost != 1
        ]
        trusting = [rule for rule in self.rules if rule.trust is not None]
        lines += [f"trusted {rule.trust:g} of 1 by your policy: {rule.named}" for rule in trusting[-1:]]
        ageing = [rule for rule in self.rules if rule.half_life_days is not None]
        lines += [f"ages by half in {r.half_life_days:g} days by your policy: {r.named}" for r in ageing[-1:]]
        return lines


PLAIN = Standing()
"""How a source stands of which no rule speaks."""


@dataclass(frozen=True)
class Policy:
    """The rules in their order. Without any, every source stands alike."""

    rules: tuple[Rule, ...] = field(default=())

    def of(self, document: Document) -> Standing:
        fitting = tuple(rule for rule in self.rules if rule.fits(document))
        if not fitting:
            return PLAIN
        trusts = [rule.trust for rule in fitting if rule.trust is not None]
        ages = [rule.half_life_days for rule in fitting if rule.half_life_days is not None]
        return Standing(
            boost=prod(rule.boost for rule in fitting),
            trust=trusts[-1] if trusts else None,
            half_life_days=ages[-1] if ages else None,
            rules=fitting,
        )

    def blocks(self, document: Document) -> bool:
        return any(rule.block and rule.fits(document) for rule in self.rules)

    @property
    def blocking(self) -> bool:
        """Whether any rule blocks anything."""
        return any(rule.block for rule in self.rules)


ANY = Policy()
"""The policy of who has none."""


def load(path: Path) -> Policy:
    """The policy that ``path`` holds now; an empty one where there is no such file.

    A file is read again only after it has changed. Raises ``BadSettings`` that names the file, the line and the value.
    """
    try:
        about = path.stat()
        return _read(path, about.st_mtime_ns, about.st_size)
    except FileNotFoundError:
        return Policy()
    except OSError as error:
        raise BadSettings(f"{path} can't be read: {error.strerror}", hint="check rank.policy") from None


@lru_cache(maxsize=8)
def _read(path: Path, changed_ns: int, size: int) -> Policy:  # noqa: ARG001 -- they tell one state from another
    try:
        text = path.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} is not TOML: {error}", hint=HINT) from None
    for name in tree.keys() - {"source"}:
        line = _line(text, rf"\s*\[*\s*\"?{re.escape(name)}\b")
        raise BadSettings(f"{path}, line {line}: there is no {name!r} in a policy", hint="write [[source]]; " + HINT)
    entries = tree.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadSettings(
            f"{path}, line {_line(text, r'.*source')}: source is no list of rules", hint="write [[source]]"
        )
    return Policy(tuple(_rule(path, text, place, entry) for place, entry in enumerate(entries)))


def _rule(path: Path, text: str, place: int, entry: dict[str, object]) -> Rule:
    try:
        return Rule.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        starts = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
        start = starts[place] if place < len(starts) else 1
        if not first["loc"]:
            raise BadSettings(f"{path}, line {start}: {_plainly(first['msg'])}", hint=HINT) from None
        name = str(first["loc"][0])
        line = _line(text, rf"\s*\"?{re.escape(name)}\"?\s*=", start)
        if first["type"] == "extra_forbidden":
            known = ", ".join(Rule.model_fields)
            raise BadSettings(f"{path}, line {line}: a rule has no {name!r}", hint=f"it may have {known}") from None
        said = f"{name} = {first['input']!r}: {_plainly(first['msg'])}"
        raise BadSettings(f"{path}, line {line}: {said}", hint=HINT) from None


def _plainly(message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return plain[:1].lower() + plain[1:]


def _line(text: str, pattern: str, after: int = 1) -> int:
    """The first line from ``after`` on that the pattern begins; ``after`` itself where none is."""
    lines: Sequence[str] = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if n >= after and re.match(pattern, line)), after)
