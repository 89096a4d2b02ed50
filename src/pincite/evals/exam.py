"""May this judge be believed? It is asked what people have already answered, on sets that are none of ours.

A judge passes if, averaged over the sets that count, it tells true from false claims with an AUC of at least 0.78 that
is surely above 0.74 (what words alone reach), and decides with a balanced accuracy of at least 0.70 (AlignScore on
LLM-AggreFact: 70.4), on 200 claims or more. Until then its figures are a proxy, and say so.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from pincite.answer.check.opinion import Label
from pincite.errors import BadInput, ModelGarbled
from pincite.evals import sets
from pincite.evals.intervals import auc, balanced_accuracy, calibration_error, weights_of
from pincite.evals.judges import NOTHING, Judgement, Learnt, SupportJudge
from pincite.evals.report import Telling, silent
from pincite.types import Document, Noun, Passage

AUC_LEAST, AUC_SURELY, ACCURACY_LEAST, CLAIMS_LEAST = 0.78, 0.74, 0.70, 200
_ROUNDS = 500
_AT_ONCE = 4
_UNCOUNTED = ("expertqa",)
"""Shown and not counted: much of its evidence is an address or a page cut short; published judges get near 0.60."""
_LABELS = {
    "supported": Label.FULL,
    "complete": Label.FULL,
    "partial": Label.PARTIAL,
    "incomplete": Label.NONE,
    "not_supported": Label.NONE,
    "contradicted": Label.CONTRADICTS,
}
_ADDRESS = re.compile(r"^\s*(?:\[\d+\]\s*)?https?://\S+\s*")
_LEAST_WORDS = 8
"""What stands behind an address and has fewer words than this was no text of the page."""


class Claim(Noun):
    """A statement, a text, and what people said about the two."""

    text: str
    passage: Passage
    label: Label


class Grade(Noun):
    """How a judge did on one set; intervals are over claims drawn again."""

    n: int
    true: int
    auc: float
    auc_within: tuple[float, float]
    balanced_accuracy: float
    balanced_accuracy_within: tuple[float, float]
    ece: float
    counted: bool = True


class Exam(Noun):
    """A judge's exam: by set, and over those that count."""

    judge: str
    seed: int
    limit: int | None
    sets: dict[str, Grade]
    auc: float
    auc_within: tuple[float, float]
    balanced_accuracy: float
    ece: float
    """The mean of the sets' own: may a score be taken at its word on each kind of text?"""
    ece_together: float
    """Over the claims of all these sets as one, each set weighing the same: on texts of all kinds?"""
    passed: bool

    def said(self) -> str:
        """In a few words, as a figure carries it."""
        low, high = self.auc_within
        counted = {name: grade.n for name, grade in self.sets.items() if grade.counted}
        short = ", ".join(_short_of(self.auc, low, self.balanced_accuracy, sum(counted.values())))
        passed = "passed" if self.passed else f"not passed ({short})"
        measured = f"AUC {self.auc:.3f} [{low:.3f}, {high:.3f}], BAcc {self.balanced_accuracy:.3f}"
        return f"{passed}: {measured}, n {sum(counted.values()):,} of {', '.join(counted)}"


# ── the questions ──


def claims(path: Path) -> list[Claim]:
    """Of a file of claims (``claim``, ``evidence``, ``label``, ``title``?), or of answers with ``claims`` (ExpertQA).

    Left out: replies too general to be true or false (``generic``), and evidence without a text. Raises ``BadInput``
    for a label that nobody knows.
    """
    found = [claim for place, row in sets.rows(path) for claim in _claims(row, place)]
    if not found:
        raise BadInput(f"no claims in {path}", hint='each line needs {"claim", "evidence": [], "label"}')
    return found


def _claims(row: Mapping[str, Any], place: str) -> Iterator[Claim]:
    if isinstance(row.get("claims"), list):
        for each in row["claims"]:
            support = str(each.get("support") or "").lower()
            if support in _LABELS:
                yield from _claim({**each, "label": support}, place)
    elif row.get("label") != "generic":
        yield from _claim(row, place)


def _claim(row: Mapping[str, Any], place: str) -> Iterator[Claim]:
    label = _LABELS.get(str(row.get("label")))
    if label is None or not isinstance(row.get("claim"), str):
        known = ", ".join(_LABELS)
        raise BadInput(f"{place}: a claim labelled {row.get('label')!r}", hint=f"labels are {known}")
    given = "\n".join(map(str, row.get("evidence") or ()))
    text = "\n".join(_ADDRESS.sub("", str(each)) for each in row.get("evidence") or ()).strip()
    if not text or (text != given.strip() and len(text.split()) < _LEAST_WORDS):
        return
    document = Document(id=place, url="", title=str(row.get("title") or ""))
    yield Claim(
        text=row["claim"], passage=Passage(id=place, document=document, text=text, start=0, end=len(text)), label=label
    )


# ── taking it ──


async def take(
    judge: SupportJudge,
    files: Mapping[str, Path],
    *,
    limit: int | None = None,
    seed: int = 0,
    telling: Telling = silent,
) -> Exam:
    """Asks the judge about all claims of the files, or about ``limit`` of each. ``files`` is by the sets' names.

    A judge that learnt from a set is asked as it would be without it. A reply without a verdict counts as ``none``:
    whoever says nothing has not found support.
    """
    asked = {name: sets.sample(claims(path), limit, seed) for name, path in files.items()}
    graded, draws, scored = {}, {}, {}
    for name, some in asked.items():
        unlearnt = judge.without(name) if isinstance(judge, Learnt) else judge
        said: list[Judgement] = []
        for at in range(0, len(some), _AT_ONCE):
            batch = some[at : at + _AT_ONCE]
            said += await asyncio.gather(*(_said(unlearnt, claim) for claim in batch))
            telling(name, len(said), len(some))
        scored[name] = np.array([each.p for each in said]), np.array([claim.label is Label.FULL for claim in some])
        graded[name], draws[name] = _graded(some, said, *scored[name], counted=name not in _UNCOUNTED)
    counted = [name for name in graded if graded[name].counted] or list(graded)
    within = _within(np.mean([draws[name] for name in counted], axis=0))
    value = fmean(graded[name].auc for name in counted)
    accuracy = fmean(graded[name].balanced_accuracy for name in counted)
    return Exam(
        judge=judge.name,
        seed=seed,
        limit=limit,
        sets=graded,
        auc=value,
        auc_within=within,
        balanced_accuracy=accuracy,
        ece=fmean(graded[name].ece for name in counted),
        ece_together=_together([scored[name] for name in counted]),
        passed=not list(_short_of(value, within[0], accuracy, sum(graded[name].n for name in counted))),
    )


async def _said(judge: SupportJudge, claim: Claim) -> Judgement:
    try:
        return await judge.judge(claim.text, [claim.passage])
    except ModelGarbled:
        return NOTHING


def _graded(
    asked: Sequence[Claim], said: Sequence[Judgement], scores: np.ndarray, right: np.ndarray, *, counted: bool
) -> tuple[Grade, np.ndarray]:
    """And the AUC of every draw, from which a mean over sets gets its interval."""
    full = np.array([each.full for each in said])
    every = np.ones(len(asked))
    if right.all() or not right.any():
        raise BadInput("all claims of a set have one label", hint="a judge shows itself on true and on false claims")
    weights = weights_of([claim.text for claim in asked], _ROUNDS)
    aucs = np.array([auc(scores, right, row) for row in weights])
    accuracies = np.array([balanced_accuracy(full, right, row) for row in weights])
    grade = Grade(
        n=len(asked),
        true=int(right.sum()),
        auc=auc(scores, right, every),
        auc_within=_within(aucs),
        balanced_accuracy=balanced_accuracy(full, right, every),
        balanced_accuracy_within=_within(accuracies),
        ece=calibration_error(scores, right, every),
        counted=counted,
    )
    return grade, aucs


def _together(scored: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    weights = np.concatenate([np.full(len(scores), 1 / len(scores)) for scores, _ in scored])
    scores, right = (np.concatenate(column) for column in zip(*scored, strict=True))
    return calibration_error(scores, right, weights)


def _short_of(auc: float, low: float, accuracy: float, claims: int) -> Iterator[str]:
    """What is missing from a pass."""
    if auc < AUC_LEAST:
        yield f"AUC below {AUC_LEAST}"
    if low <= AUC_SURELY:
        yield f"its interval not above {AUC_SURELY}"
    if accuracy < ACCURACY_LEAST:
        yield f"BAcc below {ACCURACY_LEAST}"
    if claims < CLAIMS_LEAST:
        yield f"fewer than {CLAIMS_LEAST} claims"


def _within(draws: np.ndarray) -> tuple[float, float]:
    """Draws in which all claims had one label say nothing."""
    low, high = np.percentile(draws[np.isfinite(draws)], [2.5, 97.5])
    return float(low), float(high)


# ── keeping it ──


def keep(exam: Exam, folder: Path) -> Path:
    """Into ``exam-<judge>.json`` of a folder, beside the results that the judge gives."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"exam-{re.sub(r'[^A-Za-z0-9.]+', '-', exam.judge)}.json"
    path.write_text(exam.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return path


def kept(folders: Sequence[Path]) -> dict[str, Exam]:
    """The exams that lie in the folders, by judge; a later folder's replaces an earlier one's."""
    found = {}
    for folder in folders:
        for path in sorted(folder.glob("exam-*.json")):
            try:
                exam = Exam.model_validate(json.loads(path.read_text(encoding="utf-8")))
            except ValueError as error:
                raise BadInput(f"{path} is no exam: {error}", hint="take it again with: pincite eval exam") from None
            found[exam.judge] = exam
    return found
