"""Whether vectors are kept between runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pincite.evals.vectors import KeptVectors
from pincite.ports import Vectors


class Counting:
    """An embedder that counts what it is asked for: at the edge, in place of weights."""

    name = "counting"
    dimensions = 3

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.array([[len(text), ord(text[0]), 1] for text in texts], np.float32)


def test_a_text_is_embedded_once_also_by_the_next_run(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    texts = [f"text {n}" for n in range(150)]
    kept = KeptVectors(first, tmp_path)
    vectors = kept.embed(texts)
    kept.close()
    again = KeptVectors(second, tmp_path)
    assert np.array_equal(again.embed([*texts, "new"]), np.vstack([vectors, Counting().embed(["new"])]))
    assert second.texts == ["new"]
    again.close()


def test_other_weights_have_other_vectors(tmp_path: Path) -> None:
    kept = KeptVectors(Counting(), tmp_path)
    kept.embed(["a", "b"])
    kept.close()
    other = Counting()
    other.name = "other"
    kept = KeptVectors(other, tmp_path)
    kept.embed(["a", "b"])
    assert other.texts == ["a", "b"]
    kept.close()


def test_a_question_is_embedded_each_time_unless_prepared(tmp_path: Path) -> None:
    counting = Counting()
    kept = KeptVectors(counting, tmp_path)
    kept.embed(["why?"])
    kept.embed(["why?"])
    assert len(counting.texts) == 2
    assert len(kept.prepare(["why?"])) == 1
    kept.embed(["why?"])
    assert len(counting.texts) == 3
    kept.close()
