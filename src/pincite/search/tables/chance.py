"""How likely is a reading right? A logistic model of what speaks for it and against it.

Fitted by ``scripts/fit_sql_chance.py`` on the tuned questions of ``evals.sql``, unanswerable ones among them. That a
word of content stays unexplained is not fitted but set: precision goes before coverage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp

from pincite.search.tables.grammar.parse import NEAR, Reading
from pincite.search.tables.meaning import Condition, Either, Measure, Query, Related
from pincite.search.tables.schema import Schema

UNEXPLAINED = 0.35
"""What each word of content that nothing stands for leaves of the chance."""
ASIDE = 0.7
"""What is left of it for a reading that took a less likely way."""
SURE = 0.62
"""The least chance of a reading whose words are all names as they stand and whose joins are all declared."""
_EXACT = 0.95
"""The score from which on a link is by a name itself, not by a kin word, a part or a near spelling of it."""
WEIGHTS: dict[str, float] = {
    "bias": 2.416,
    "mean link": 0.560,
    "least link": 1.056,
    "guesses": -2.670,
    "a size guessed": -0.871,
    "close calls": -0.230,
    "tables": -1.757,
    "conditions": 0.820,
    "several outputs": -0.103,
    "a list of everything": -1.018,
    "negation": -0.012,
    "the first of an order": -0.858,
    "substituted": -0.642,
}


def chance(reading: Reading, tables: int, *, first: bool = True, declared: bool = False) -> float:
    """From 0 to 1. ``tables`` are how many it reads; ``first`` is said of the likeliest way at every fork.

    ``declared`` says that every join is one, and the only one, that the schema declares (``is_declared``).
    """
    sum_ = sum(WEIGHTS[name] * value for name, value in features(reading, tables).items())
    fitted = 1 / (1 + exp(-max(-30.0, min(30.0, sum_))))
    if declared and _is_exact(reading):
        fitted = max(fitted, SURE)
    return round(fitted * UNEXPLAINED ** len(reading.clues.unexplained) * (1.0 if first else ASIDE), 4)


def is_declared(tables: Sequence[str], schema: Schema) -> bool:
    """Whether these tables are related in one way only, by foreign keys that the schema declares."""
    keys = [key for key in schema.foreign_keys if {key.table, key.target} <= set(tables)]
    ways = Counter(frozenset((key.table, key.target)) for key in keys)
    return all(key.declared for key in keys) and all(number == 1 for number in ways.values())


def _is_exact(reading: Reading) -> bool:
    """Whether every word that the query stands on is a name or value as it stands, and nothing was guessed."""
    clues = reading.clues
    doubts = clues.unexplained or clues.guesses or clues.told or any(margin < 0.1 for margin in clues.near)
    return not doubts and clues.far <= NEAR and bool(clues.links) and min(clues.links) >= _EXACT


def features(reading: Reading, tables: int) -> dict[str, float]:
    """What the model sees, each about between 0 and 2."""
    clues, query = reading.clues, reading.query
    links = clues.links or [0.9]
    guesses = clues.guesses
    sized = sum(": by " in guess for guess in guesses)
    close = sum(margin < 0.1 for margin in clues.near)
    plain = not (query.where or query.group or query.best or query.order or query.having or query.limit)
    return {
        "bias": 1.0,
        "mean link": sum(links) / len(links) - 0.9,
        "least link": min(links) - 0.8,
        "guesses": min(3.0, len(guesses) - sized),
        "a size guessed": float(sized > 0),
        "close calls": min(3.0, close) / 2,
        "tables": min(4.0, tables - 1) / 2,
        "conditions": min(4.0, sum(1 for _ in _conditions(query))) / 2,
        "several outputs": float(len(query.outputs) > 1),
        "a list of everything": float(plain and not any(isinstance(output, Measure) for output in query.outputs)),
        "negation": float(any(isinstance(c, Related) and c.negated for c in _conditions(query))),
        "the first of an order": float(query.limit == 1),
        "substituted": float(bool(clues.told)),
    }


def _conditions(query: Query) -> Iterator[Condition]:
    for condition in query.where:
        yield condition
        if isinstance(condition, Related):
            yield from _conditions(condition.query)
        elif isinstance(condition, Either):
            yield from condition.conditions
