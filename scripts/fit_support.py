"""Where do the weights of the support check come from? Fits them, and says what they are worth on claims unseen.

    python -m scripts.fit_support DATA [--questions 700] [--limit N]

DATA is the folder of the public sets (attribution, squad). Fitted to what people said of BEGIN's and WiCE's claims,
and to claims made of SQuAD's training questions; Climate-FEVER, HealthVer and QAGS, which no licence lets us learn
from, are only measured. BEGIN and WiCE are measured by weights fitted without them, which are written too, for the
exam. In every set true and false claims weigh the same; a chance is then shifted to the sets' share of true claims.
Writes answer/check/support.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scripts import logistic
from scripts.logistic import Floats, sigmoid

from pincite.answer.check.check import strange_number
from pincite.answer.check.support import Weighing
from pincite.encoders.embed import MiniLM
from pincite.evals import exam, intervals, sets
from pincite.evals.judges import Label
from pincite.train.claims import articles, from_questions
from pincite.types import Document, Passage

TARGET = Path(__file__).parent.parent / "src" / "pincite" / "answer" / "check" / "support.json"
LEARNT, MEASURED = ("begin", "wice", "squad"), ("begin", "wice", "climate-fever", "healthver", "qags")
MODELS = {"weights": ("words", "alignment", "likeness"), "words_alone": ("words",)}
RIDGE = 0.3
"""Of each set the claims weigh 1 together; at less, weights follow one set's habits (LAB.md)."""
SEED = 5


@dataclass(frozen=True)
class Table:
    """Signs of a set's claims."""

    signs: dict[str, Floats]
    """By name, (claims,)."""
    true: NDArray[np.bool_]
    strange: NDArray[np.bool_]

    def columns(self, names: Sequence[str]) -> Floats:
        return np.column_stack([self.signs[name] for name in names])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=700, help="of SQuAD, of which claims are made")
    parser.add_argument("--limit", type=int, help="claims of each set; for a trial, writes nothing")
    given = parser.parse_args()
    checker = Weighing(MiniLM.load())
    read = {name: given.data / "attribution" / f"{name}.jsonl.xz" for name in MEASURED}
    claims = {name: exam.claims(path) for name, path in read.items()} | {"squad": made(given.data, given.questions)}
    tables = {name: table(checker, sets.sample(some, given.limit, 0)) for name, some in claims.items()}
    without = {name: fitted({k: tables[k] for k in LEARNT if k != name}) for name in LEARNT}
    whole = fitted({name: tables[name] for name in LEARNT})
    for model in MODELS:
        print(model, json.dumps(whole[model]))
        report({name: graded(tables[name], without.get(name, whole)[model]) for name in MEASURED})
    if given.limit is None:
        learned = {**whole, "without": without, "bounds": bounds(tables, without)}
        TARGET.write_text(json.dumps({**learned, "card": card(learned, tables, given.data)}, indent=1) + "\n", "utf-8")
        print(f"written: {TARGET}; bounds {learned['bounds']}")


def made(data: Path, size: int) -> list[exam.Claim]:
    """SQuAD's training questions as statements, beside a paragraph that says so and one that does not."""
    rows = sets.passages([data / "squad" / "passages.jsonl.xz"])
    questions = sets.questions([data / "squad" / "questions-train-v1.1.jsonl.xz"])
    drawn = random.Random(SEED).sample(questions, size)
    found = from_questions(drawn, {row.id: row for row in rows}, articles(rows, questions), SEED)
    return [
        exam.Claim(text=c.said, passage=_passage(c.passage.title, c.passage.text), label=LABEL[c.label]) for c in found
    ]


LABEL = (Label.NONE, Label.PARTIAL, Label.FULL)


def _passage(title: str, text: str) -> Passage:
    return Passage(id="p", document=Document(id=title, url="", title=title), text=text, start=0, end=len(text))


def table(checker: Weighing, claims: Sequence[exam.Claim]) -> Table:
    """Claims without words tell nothing and are left out."""
    found = [(claim, checker.signs(claim.text, claim.passage)) for claim in claims]
    known = [(claim, vars(signs)) for claim, signs in found if signs is not None]
    return Table(
        {name: np.array([signs[name] for _, signs in known]) for name in MODELS["weights"]},
        np.array([claim.label is Label.FULL for claim, _ in known]),
        np.array([strange_number(claim.text, claim.passage) for claim, _ in known]),
    )


# ── fitting ──


def fitted(tables: dict[str, Table]) -> dict[str, dict[str, float]]:
    """The weights of each model."""
    true = np.concatenate([one.true for one in tables.values()]).astype(float)
    weigh = np.concatenate([np.where(t.true, 0.5 / t.true.sum(), 0.5 / (~t.true).sum()) for t in tables.values()])
    share = float(np.mean([one.true.mean() for one in tables.values()]))
    found = {}
    for model, names in MODELS.items():
        columns = np.vstack([one.columns(names) for one in tables.values()])
        weights = scaled(columns, true, weigh)
        weights[-1] += np.log(share / (1 - share))
        found[model] = dict(zip((*names, ""), weights.round(4).tolist(), strict=True))
    return found


def scaled(columns: Floats, true: Floats, weigh: Floats) -> Floats:
    """Weights, the bias last; the ridge is on columns of mean 0 and deviation 1."""
    mean = np.average(columns, axis=0, weights=weigh)
    wide = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weigh))
    full = np.hstack([(columns - mean) / wide, np.ones((len(columns), 1))])
    penalty = np.append(np.full(columns.shape[1], RIDGE), 0.0)
    weights = logistic.fitted(full, true, penalty, weigh)
    plain = weights[:-1] / wide
    return np.append(plain, weights[-1] - plain @ mean)


def bounds(tables: dict[str, Table], without: dict[str, Any]) -> dict[str, float]:
    """From where on a chance means that a passage says so, by what the learnt sets show of weights that never saw them.

    ``supported``: where of the true and of the false claims the most are told apart, averaged over the sets;
    ``partial``: nine in ten true claims reach it; ``added``: one in ten false ones does.
    """
    steps = np.linspace(0.05, 0.95, 91)
    chances = {name: graded(tables[name], without[name]["weights"])[0] for name in LEARNT}
    kept = np.mean([[(chances[n][tables[n].true] >= s).mean() for s in steps] for n in LEARNT], axis=0)
    passed = np.mean([[(chances[n][~tables[n].true] >= s).mean() for s in steps] for n in LEARNT], axis=0)
    supported = float(steps[(kept - passed).argmax()])
    partial = float(min(supported, steps[kept >= 0.9].max()))
    added = float(max(supported, steps[passed <= 0.1].min()))
    return {
        key: round(v, 2) for key, v in zip(("supported", "partial", "added"), (supported, partial, added), strict=True)
    }


# ── what it is worth ──


def graded(one: Table, weights: dict[str, float]) -> tuple[Floats, NDArray[np.bool_]]:
    names = [name for name in weights if name]
    odds = one.columns(names) @ np.array([weights[name] for name in names]) + weights[""]
    return sigmoid(odds), one.true


def report(found: dict[str, tuple[Floats, NDArray[np.bool_]]]) -> None:
    lines = []
    for name, (chances, true) in found.items():
        every = np.ones(len(true))
        figures = (intervals.auc(chances, true, every), intervals.calibration_error(chances, true, every))
        lines.append(figures)
        print(f"  {name:14} n {len(true):5}  AUC {figures[0]:.3f}  ECE {figures[1]:.3f}")
    print(f"  {'mean':14}          AUC {np.mean([a for a, _ in lines]):.3f}  ECE {np.mean([e for _, e in lines]):.3f}")


def card(learned: dict[str, Any], tables: dict[str, Table], data: Path) -> dict[str, Any]:
    files = [data / "attribution" / f"{name}.jsonl.xz" for name in LEARNT[:2]]
    return {
        "sha256": hashlib.sha256(json.dumps(learned, sort_keys=True).encode()).hexdigest(),
        "made_by": "python -m scripts.fit_support shared/data",
        "date": datetime.now(UTC).date().isoformat(),
        "encoder": MiniLM.name,
        "claims": {name: len(tables[name].true) for name in LEARNT},
        "data": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "licences": "WiCE ODC-BY, BEGIN CC BY 4.0 and CDLA-Sharing-1.0, SQuAD CC BY-SA 4.0; the weights Apache-2.0",
    }


if __name__ == "__main__":
    main()
