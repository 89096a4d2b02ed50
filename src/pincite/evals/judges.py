"""Do these passages say so? The socket for judges, and those of our own that need no one else.

A judge looks at one statement and the passages it is said to rest on, all together. ``full``: according to these
passages, the statement would be affirmed (Rashkin et al., "Measuring Attribution", 2021); ``partial``: a part of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module
from operator import attrgetter
from typing import Protocol, runtime_checkable

from pydantic import Field

from pincite.answer.check.check import Lexical
from pincite.answer.check.opinion import Evidence, Label
from pincite.answer.check.support import Weighing
from pincite.answer.quote.agree import holds
from pincite.encoders.embed import MiniLM
from pincite.errors import BadInput
from pincite.ports import Bounds, Support
from pincite.types import Noun, Passage


class Judgement(Noun):
    """What a judge says of one statement and the passages it was shown together."""

    label: Label
    p: float = Field(ge=0, le=1)
    """The judge's own chance that the label is ``full``; a judge without chances says 1, ½ or 0."""
    evidence: tuple[Evidence, ...] = ()
    steady: bool | None = None
    """Asked again in another order it said the same; ``None``: it was not asked again."""

    @property
    def full(self) -> bool:
        return self.label is Label.FULL


NOTHING = Judgement(label=Label.NONE, p=0.0)


class SupportJudge(Protocol):
    """A judge of support. Deterministic, so that a run again gives the same figures."""

    @property
    def name(self) -> str:
        """Names the judge and its weights: an exam is only good for the one that took it."""
        ...

    @property
    def thrifty(self) -> bool:
        """It costs money or minutes: only what the measures cannot do without is asked of it."""
        ...

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        """What the passages say, taken together. Of no passages: ``none``. May raise ``PinciteError``."""
        ...


@runtime_checkable
class Learnt(SupportJudge, Protocol):
    """A judge that may have learnt from claims that people have judged."""

    def without(self, name: str) -> SupportJudge:
        """The judge as it would be if it had never seen the set of that name."""
        ...


class Verbatim:
    """Has a passage the statement's words in that order? What an extractive answer promises, and nothing more."""

    name = "verbatim"
    thrifty = False

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        held = any(holds(passage.text, statement) for passage in passages)
        return Judgement(label=Label.FULL, p=1.0) if held else NOTHING


class Checks(Protocol):
    """What a judge needs of a ``SupportChecker``; without ``bounds`` its scores are on the scale of words."""

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]: ...


class Checking:
    """A ``SupportChecker`` as a judge, by the bounds that an answer's check uses.

    Passages are checked each alone and, when there are several, joined to one: together they support what the best
    of these does, so a second citation never makes a statement worse.
    """

    thrifty = False

    def __init__(self, checker: Checks, name: str) -> None:
        self._checker = checker
        self._bounds: Bounds = getattr(checker, "bounds", Bounds())
        self.name = name

    def without(self, name: str) -> Checking:
        """This judge as if it had never seen the claims of that set; itself where it never learnt from claims."""
        unlearnt = getattr(self._checker, "without", None)
        return self if unlearnt is None else Checking(unlearnt(name), self.name)

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        shown = [passage for passage in passages if passage.text.strip()]
        if not shown:
            return NOTHING
        read = [*shown, _joined(shown)] if len(shown) > 1 else shown
        found = await asyncio.to_thread(self._checker.check, statement, read)
        score = max(support.score for support in found)
        label = self._label(score)
        return Judgement(label=label, p=score, evidence=_evidence(shown, found, label, self._bounds.partial))

    def _label(self, score: float) -> Label:
        if score >= self._bounds.supported:
            return Label.FULL
        return Label.PARTIAL if score >= self._bounds.partial else Label.NONE


def _evidence(shown: Sequence[Passage], found: Sequence[Support], label: Label, least: float) -> tuple[Evidence, ...]:
    if label is Label.NONE:
        return ()
    each = zip(shown, found, strict=False)  # the joined passage is nobody's
    return tuple(
        Evidence(passage_id=passage.id, span=support.quote)
        for passage, support in each
        if support.quote is not None and support.score >= least
    )


def _joined(passages: Sequence[Passage]) -> Passage:
    text = "\n\n".join(passage.text for passage in passages)
    titles = dict.fromkeys(passage.document.title for passage in passages)
    document = passages[0].document.model_copy(update={"title": " · ".join(filter(None, titles))})
    return Passage(
        id="+".join(passage.id for passage in passages), document=document, text=text, start=0, end=len(text)
    )


def lexical() -> Checking:
    """Words alone."""
    return Checking(Lexical(), "lexical")


def support() -> Checking:
    """Words and meaning, as an answer is checked where ``answer.check`` says so."""
    made = Weighing(MiniLM.load())
    return Checking(made, made.name)


def checker(named: str) -> Checking:
    """The judge made of ``package.module:factory`` (or ``:Class.factory``), which called gives a ``SupportChecker``.

    Its name holds the checker's own ``name``, where it has one. Raises ``BadInput``.
    """
    module, _, factory = named.partition(":")
    try:
        made = attrgetter(factory)(import_module(module))()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise BadInput(
            f"there is no support checker {named!r}: {error}",
            hint="name it as --by support:package.module:factory; docs/evaluation.md shows one",
        ) from None
    if not callable(getattr(made, "check", None)):
        raise BadInput(
            f"{named} gives a {type(made).__name__}, which checks nothing", hint="it needs check(statement, passages)"
        )
    return Checking(made, f"support {getattr(made, 'name', named)}")
