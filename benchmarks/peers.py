"""How do others find passages? bm25s, SQLite FTS5 and LanceDB, each in a process of its own, on the same questions.

    python benchmarks/peers.py bm25s|fts5|lancedb FOLDER

FOLDER holds passages.jsonl (id, text), questions.jsonl (text), passages.npy and questions.npy (unit vectors), and gets
what was found: ``<peer>.json``. Imports nothing of pincite, so that any interpreter that has the peer can run it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

DEPTH = 20
GIVEN = {"passages.jsonl", "questions.jsonl", "passages.npy", "questions.npy"}
Search = Callable[[int], list[str]]
"""The number of a question to passage ids, best first."""


class Task:
    """What every peer is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        passages = [json.loads(line) for line in (folder / "passages.jsonl").read_text("utf-8").splitlines()]
        self.ids = [row["id"] for row in passages]
        self.texts = [row["text"] for row in passages]
        self.questions = [
            json.loads(line)["text"] for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()
        ]
        self.passage_vectors = np.load(folder / "passages.npy")
        self.question_vectors = np.load(folder / "questions.npy")


def bm25s(task: Task) -> dict[str, Search]:
    """bm25s with its English stop words and PyStemmer; k1 1.5, b .75, as it comes."""
    import bm25s as engine
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    tokens = engine.tokenize(task.texts, stopwords="en", stemmer=stemmer, show_progress=False)
    retriever = engine.BM25()
    retriever.index(tokens, show_progress=False)
    retriever.save(str(task.folder / "store"))

    def search(number: int) -> list[str]:
        words = engine.tokenize([task.questions[number]], stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = retriever.retrieve(words, k=min(DEPTH, len(task.ids)), show_progress=False)
        return [task.ids[at] for at in found[0]]

    return {"bm25s": search}


def fts5(task: Task) -> dict[str, Search]:
    """SQLite FTS5 with the Porter stemmer; a question's words joined by OR."""
    store = sqlite3.connect(task.folder / "store.sqlite3")
    store.execute("create virtual table passages using fts5(text, tokenize='porter unicode61')")
    store.executemany("insert into passages (rowid, text) values (?, ?)", enumerate(task.texts))
    store.execute("insert into passages (passages) values ('optimize')")
    store.commit()

    def search(number: int) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", task.questions[number]))
        query = "select rowid from passages where passages match ? order by bm25(passages) limit ?"
        return [task.ids[row] for (row,) in store.execute(query, (words, DEPTH))] if words else []

    return {"SQLite FTS5": search}


def lancedb(task: Task) -> dict[str, Search]:
    """LanceDB: its full text (English stemming, stop words), exact vectors, and its default hybrid (RRF)."""
    import lancedb as engine

    table = engine.connect(task.folder / "store").create_table(
        "passages",
        [
            {"id": id_, "text": text, "vector": vector}
            for id_, text, vector in zip(task.ids, task.texts, task.passage_vectors, strict=True)
        ],
    )
    table.create_fts_index("text", language="English", stem=True, remove_stop_words=True, replace=True)
    table.optimize()
    from lancedb.rerankers import RRFReranker

    reranker = RRFReranker()

    def ids(query: Any) -> list[str]:
        return [row["id"] for row in query.limit(DEPTH).to_list()]

    def text(number: int) -> list[str]:
        return ids(table.search(_plain(task.questions[number]), query_type="fts").select(["id"]))

    def dense(number: int) -> list[str]:
        return ids(table.search(task.question_vectors[number]).distance_type("cosine").select(["id"]))

    def hybrid(number: int) -> list[str]:
        both = table.search(query_type="hybrid").vector(task.question_vectors[number]).distance_type("cosine")
        return ids(both.text(_plain(task.questions[number])).rerank(reranker))

    return {"LanceDB FTS": text, "LanceDB dense": dense, "LanceDB hybrid": hybrid}


def _plain(question: str) -> str:
    """Its query language would take quotes and signs for operators."""
    return " ".join(re.findall(r"\w+", question))


def main() -> None:
    peer, folder = sys.argv[1], Path(sys.argv[2])
    task = Task(folder)
    began, cpu = perf_counter(), process_time()
    searches = {"bm25s": bm25s, "fts5": fts5, "lancedb": lancedb}[peer](task)
    built = {"seconds": perf_counter() - began, "cpu_seconds": process_time() - cpu}
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name not in GIVEN)
    systems: dict[str, Any] = {}
    for name, search in searches.items():
        for number in range(min(5, len(task.questions))):
            search(number)
        lists, times = [], []
        cpu = process_time()
        for number in range(len(task.questions)):
            start = perf_counter()
            lists.append(search(number))
            times.append((perf_counter() - start) * 1000)
        systems[name] = {"lists": lists, "ms": times, "cpu_ms": (process_time() - cpu) * 1000 / max(1, len(times))}
    version = sqlite3.sqlite_version if peer == "fts5" else metadata.version(peer)
    found = {"version": version, "built": built, "megabytes": size / 1e6, "systems": systems}
    (folder / f"{peer}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
