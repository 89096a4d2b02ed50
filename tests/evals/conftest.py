"""A set so small that one can see what should come out."""

from __future__ import annotations

import gzip
import json
import lzma
from dataclasses import dataclass
from pathlib import Path

import pytest

ARTICLES = {
    "Danube": "The Danube is the second-longest river in Europe. It rises in the Black Forest of Germany and flows "
    "2,850 km to the Black Sea, through Vienna, Bratislava, Budapest and Belgrade.",
    "Marie Curie": "Marie Curie was a physicist and chemist born in Warsaw. She discovered polonium and radium, and "
    "was the first woman to win a Nobel Prize, in 1903.",
    "Photosynthesis": "Photosynthesis is how plants turn light, water and carbon dioxide into sugar. Oxygen is given "
    "off. It takes place in the chloroplasts of their leaves.",
    "Everest": "Mount Everest is the highest mountain above sea level, 8,849 m high. Edmund Hillary and Tenzing "
    "Norgay first reached its top in 1953.",
}
QUESTIONS = [
    ("How long is the Danube?", "Danube", "2,850 km"),
    ("Which elements did Marie Curie discover?", "Marie Curie", "polonium and radium"),
    ("Where does photosynthesis take place?", "Photosynthesis", "chloroplasts"),
    ("Who first reached the top of Mount Everest?", "Everest", "Edmund Hillary and Tenzing Norgay"),
]


@dataclass(frozen=True)
class SmallSet:
    passages: Path
    questions: Path
    cache: Path


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallSet:
    home = tmp_path_factory.mktemp("small")
    made = SmallSet(home / "passages.jsonl", home / "questions.jsonl", home / "cache")
    rows = [{"id": t, "title": t, "url": "https://example.org/all", "text": text} for t, text in ARTICLES.items()]
    made.passages.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    asked = [{"id": n, "question": q, "passage_id": p, "answers": [a]} for n, (q, p, a) in enumerate(QUESTIONS)]
    asked.append({"id": 98, "question": "What did the Danube win?", "passage_id": "Danube", "impossible": True})
    asked.append({"id": 99, "question": "Who knows?", "passage_id": "not among them", "answers": ["nobody"]})
    made.questions.write_text("".join(json.dumps(row) + "\n" for row in asked), "utf-8")
    return made


def written(path: Path, *rows: object) -> Path:
    """The rows as JSON lines, packed where the name says so."""
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes({".gz": gzip.compress, ".xz": lzma.compress}.get(path.suffix.lower(), bytes)(data))
    return path
