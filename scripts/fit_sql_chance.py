"""How sure may the composer be? Fits ``search/tables/chance.WEIGHTS`` on the tuned questions of ``evals.sql``.

    python -m scripts.fit_sql_chance ../shared/data

Logistic regression with a ridge, on the likeliest reading of each question without unexplained
words; *right* is said of rows as a set. Prints the weights as they stand in the module, and, left one database out at a
time, how often readings of each tenth of chance are right.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scripts.logistic import fitted, sigmoid

from pincite.evals import sql as evals
from pincite.search.tables import sql
from pincite.search.tables.chance import features
from pincite.search.tables.grammar.parse import parse
from pincite.search.tables.grammar.scene import NotUnderstood

FILES = (
    "text2sql-geography/questions.jsonl",
    "spider-dev/questions.jsonl",
    "sql-eval/questions.jsonl",
    "sql-eval/unanswerable.jsonl",
)
RIDGE = 1.0


def main(data: Path) -> None:
    seen = list(_readings(data))
    names = list(seen[0][1])
    x = np.array([[row[name] for name in names] for _, row, _ in seen])
    y = np.array([float(right) for _, _, right in seen])
    groups = np.array([group for group, _, _ in seen])
    ridge = np.full(len(names), RIDGE)
    print(f"n {len(y)}, right {y.mean():.3f}")
    held = np.zeros(len(y))
    for group in np.unique(groups):
        out = groups == group
        held[out] = sigmoid(x[out] @ fitted(x[~out], y[~out], ridge))
    for low in np.arange(0, 1, 0.1):
        some = (held >= low) & (held < low + 0.1)
        if some.any():
            print(f"{low:.1f} to {low + 0.1:.1f}: n {some.sum()}, right {y[some].mean():.3f}")
    print("WEIGHTS: dict[str, float] = {")
    for name, weight in zip(names, fitted(x, y, ridge), strict=True):
        print(f'    "{name}": {weight:.3f},')
    print("}")


def _readings(data: Path):
    with TemporaryDirectory() as folder, closing(evals.Databases(Path(folder))) as databases:
        for asked in (asked for name in FILES for asked in evals.questions(data / name)):
            if not asked.is_tuned:
                continue
            held = databases.of(asked)
            gold = [rows for query in asked.gold if (rows := held.rows(query))]
            if asked.gold and not gold:
                continue
            try:
                reading = parse(asked.text, held.composer.linker, evals.TODAY)
                text = sql.sql(reading.query, held.composer.schema, "sqlite")
                tables = len(sql.tables(reading.query, held.composer.schema))
            except (NotUnderstood, sql.NoWay):
                continue
            if reading.clues.unexplained:
                continue
            right = evals.is_right(evals.once(held.rows(text)), [evals.once(rows) for rows in gold], asked)
            group = f"{asked.folder.name}/{asked.db}"
            yield group, features(reading, tables), right


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
