"""Which texts mean the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pincite.encoders.embed import DIMENSIONS, MODEL, MiniLM
from pincite.encoders.shipped import TOKENIZER, WEIGHTS
from pincite.errors import Damaged
from pincite.ports import Embedder

FIXTURE = json.loads((Path(__file__).parent.parent / "fixtures" / "encoders" / "fp32.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM.load()


def test_vectors_agree_with_the_genuine_weights_in_full_precision(minilm: MiniLM) -> None:
    cosines = np.sum(minilm.embed(FIXTURE["texts"]) * np.array(FIXTURE["vectors"]), axis=1)
    assert cosines.min() > 0.97
    assert cosines.mean() > 0.99


def test_the_full_precision_vectors_are_those_the_authors_published() -> None:
    # "This is an example sentence", first three numbers, from the model's own page.
    assert FIXTURE["vectors"][0][:3] == pytest.approx([0.0677, 0.0635, 0.0487], abs=2e-4)


def test_rows_have_length_one_also_for_an_empty_text(minilm: MiniLM) -> None:
    vectors = minilm.embed(["", "  ", "a", "word " * 5000, "\x00\ud800".encode("utf-8", "replace").decode()])
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_no_texts_give_no_rows(minilm: MiniLM) -> None:
    assert minilm.embed([]).shape == (0, DIMENSIONS)


def test_a_vector_does_not_depend_on_its_neighbours(minilm: MiniLM) -> None:
    alone = np.vstack([minilm.embed([text]) for text in FIXTURE["texts"]])
    assert np.array_equal(alone, minilm.embed(FIXTURE["texts"]))
    assert np.array_equal(alone[::-1], minilm.embed(FIXTURE["texts"][::-1]))


def test_threads_change_nothing_but_the_time(minilm: MiniLM) -> None:
    texts = FIXTURE["texts"] * 5
    expected = minilm.embed(texts)
    assert np.array_equal(MiniLM.load(threads=3).embed(texts), expected)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(minilm.embed, [texts] * 4):
            assert np.array_equal(found, expected)


def test_text_after_256_tokens_is_not_read(minilm: MiniLM) -> None:
    start = "the river runs to the sea and " * 40
    assert np.array_equal(minilm.embed([start]), minilm.embed([start + "a quite different end " * 99]))


def test_likeness_is_meaning_and_not_words(minilm: MiniLM) -> None:
    cat, feline, stocks = minilm.embed(FIXTURE["texts"][1:4])
    assert cat @ feline > cat @ stocks + 0.3


def test_it_is_an_embedder(minilm: MiniLM) -> None:
    plugged: Embedder = minilm
    assert (plugged.name, plugged.dimensions) == ("all-MiniLM-L6-v2-int8", 384)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_changed_weights_are_refused_by_name_and_hash(tmp_path: Path, name: str) -> None:
    for each in (MODEL, TOKENIZER):
        shutil.copy(WEIGHTS / each, tmp_path / each)
    with (tmp_path / name).open("r+b") as file:
        file.seek(100)
        file.write(b"!")
    with pytest.raises(Damaged, match=f"{name} are not those shipped"):
        MiniLM.load(weights=tmp_path)


def test_missing_weights_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="can't be read") as raised:
        MiniLM.load(weights=tmp_path)
    assert "reinstall" in raised.value.hint


def test_work_that_can_wait_stands_back_before_each_text_and_makes_the_same_vectors(minilm: MiniLM) -> None:
    texts = FIXTURE["texts"][:5]
    stood: list[int] = []
    patient = minilm.behind(lambda: stood.append(1), threads=2)
    assert np.array_equal(patient.embed(texts), minilm.embed(texts))
    assert len(stood) == len(texts)
    assert patient.name == minilm.name


def test_nothing_of_a_run_is_noted_for_the_makers_of_the_runtime(tmp_path: Path) -> None:
    program = "from pincite.encoders.embed import MiniLM; MiniLM.load().embed(['whales'])"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_")) and name != "CI"}
    subprocess.run([sys.executable, "-c", program], env={**kept, "HOME": str(tmp_path)}, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
