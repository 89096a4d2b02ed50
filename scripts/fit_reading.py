"""What do the signs weigh? Fits ``src/pincite/text/main.json`` to pages whose text is known.

    python -m scripts.fit_reading --peers FOLDER      # needs scikit-learn; FOLDER has trafilatura and readability-lxml

Labels: on Mozilla's pages a line is read if most of its 4-grams are in the known text. On trafilatura's corpus a line
that holds a segment which must (must not) be extracted is (not) read; the other lines get a tenth of that weight where
both peers agree, and none where they do not. The articles that the benchmark measures are never looked at. The second
model is fitted to chances that the first gave to pages it had not seen (two halves).
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.extraction import _IMPORTS, PACKAGES, SETS, grams, plain, theirs
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks import beside, shared
from pincite.text import charset, html, signals
from pincite.text.lines import Line, Walk
from pincite.text.places import Places

OUT = Path(__file__).parents[1] / "src" / "pincite" / "text" / "main.json"
KNOWN, AGREED = 1.5, 0.15
Labels = list[tuple[float, float]]
"""Of each line: read (1) or not (0), and how much that counts."""


def walked(data: bytes) -> tuple[Sequence[Line], Places] | None:
    root = html.parsed(charset.decode(data))
    walk = Walk()
    if root is not None:
        body = root.find("body")
        walk.page(root if body is None else body)
    if not walk.lines:
        return None
    return walk.lines, Places(walk.lines, walk.regions)


class Text:
    """A text that lines are looked for in."""

    def __init__(self, text: str) -> None:
        self.plain = f" {plain(text)} "
        self.grams = grams(self.plain)

    def has(self, line: Line) -> bool:
        words = plain(line.text)
        wanted = grams(words)
        if len(words.split()) < 4:
            return bool(words) and f" {words} " in self.plain
        return sum(gram in self.grams for gram in wanted) * 2 > len(wanted)


def size(line: Line) -> float:
    """Long lines count for more, but not by their length."""
    return min(len(line.text), 600) ** 0.5 / 10


def labelled(row: dict[str, Any], lines: Sequence[Line], peers: Sequence[str]) -> Labels:
    if "text" in row:
        truth = Text(row["text"])
        return [(float(truth.has(line)), size(line)) for line in lines]
    texts = [Text(text) for text in peers]
    found: Labels = []
    for line in lines:
        said, words = [text.has(line) for text in texts], plain(line.text)
        label = (float(all(said)), size(line) * AGREED if len(set(said)) == 1 else 0.0)
        for value, segments in ((1.0, row["must"]), (0.0, row["must_not"])):
            if any(s in words or (len(words) > 25 and words in s) for s in map(plain, segments)):
                label = (value, KNOWN)
        found.append(label)
    return found


class Model:
    """A logistic model over signs."""

    def __init__(self, signs: Sequence[signals.Signals], labels: Labels) -> None:
        self.names = sorted({name for each in signs for name in each})
        used = [(each, label) for each, label in zip(signs, labels, strict=True) if label[1] > 0]
        x, weight = self._matrix([each for each, _ in used]), np.array([w for _, (_, w) in used])
        scaler = StandardScaler().fit(x, sample_weight=weight)
        fit = LogisticRegression(C=0.3, max_iter=400)
        fit.fit(scaler.transform(x), [value for _, (value, _) in used], sample_weight=weight)
        self.weights = fit.coef_[0] / scaler.scale_
        self.bias = float(fit.intercept_[0] - self.weights @ scaler.mean_)

    def _matrix(self, signs: Sequence[signals.Signals]) -> Any:
        rows = [[float(each.get(name, 0)) for name in self.names] for each in signs]
        return np.array(rows, dtype=np.float32).reshape(-1, len(self.names))

    def chances(self, signs: Sequence[signals.Signals]) -> list[float]:
        return [float(p) for p in 1 / (1 + np.exp(-(self._matrix(signs) @ self.weights + self.bias)))]

    def table(self) -> dict[str, float]:
        pairs = zip(self.names, map(float, self.weights), strict=True)
        return {"": round(self.bias, 4), **{name: round(w, 4) for name, w in pairs if abs(w) >= 5e-5}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside.option(parser, "trafilatura and readability-lxml")
    python = beside.interpreters(parser.parse_args().peers, PACKAGES, _IMPORTS)
    pages: list[tuple[Sequence[Line], Places, Labels, list[signals.Signals]]] = []
    for name in ("mozilla", "segments"):
        rows = {row["file"]: row for row in shared.rows(f"{SETS[name]}/truth.jsonl.xz")}
        with tempfile.TemporaryDirectory() as place:
            with tarfile.open(shared.HOME / SETS[name] / "pages.tar.xz") as tar:
                tar.extractall(place, filter="data")
            (Path(place) / "names.json").write_text(json.dumps(list(rows)), "utf-8")
            found = [texts for p in python if name == "segments" for texts in theirs(p, python[p], Path(place)).items()]
            peers = [texts for system, (texts, _, _) in found if system != "trafilatura"]
            for file, row in rows.items():
                walk = walked((Path(place) / file).read_bytes())
                if walk is not None:
                    labels = labelled(row, walk[0], [texts[file] for texts in peers])
                    pages.append((*walk, labels, signals.first(*walk).rows()))
    halves = [pages[0::2], pages[1::2]]
    models = [Model([s for p in half for s in p[3]], [each for p in half for each in p[2]]) for half in halves]
    second = [
        (signals.second(lines, places, models[1 - at].chances(signs)).rows(), labels)
        for at, half in enumerate(halves)
        for lines, places, labels, signs in half
    ]
    learned = {
        "first": Model([s for p in pages for s in p[3]], [each for p in pages for each in p[2]]).table(),
        "second": Model([s for p, _ in second for s in p], [each for _, labels in second for each in labels]).table(),
    }
    OUT.write_text(json.dumps(learned, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
