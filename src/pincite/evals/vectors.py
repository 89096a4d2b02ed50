"""Must everything be embedded again? Vectors of passages are kept between runs, by the weights' name and the text."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import numpy as np
from platformdirs import user_cache_path

from pincite.ports import Embedder, Vectors
from pincite.wal import write_ahead

_STEP = 64


def default_cache() -> Path:
    """Where vectors are kept unless the caller says otherwise: in the user's cache folder."""
    return Path(user_cache_path("pincite")) / "evals"


class KeptVectors:
    """An ``Embedder`` that remembers. A single text is a question: it is embedded anew, so that its time is real.

    Several processes may share one folder.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._lock = threading.Lock()
        self._prepared: dict[str, Vectors] = {}
        self._store = sqlite3.connect(folder / "vectors.sqlite3", timeout=60, check_same_thread=False)
        write_ahead(self._store)
        self._store.execute("create table if not exists vectors (key blob primary key, vector blob) without rowid")
        self._store.commit()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1:
            prepared = self._prepared.get(texts[0])
            return self._embedder.embed(texts) if prepared is None else prepared
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for at in range(0, len(texts), _STEP):
            vectors[at : at + _STEP] = self._some(texts[at : at + _STEP])
        return vectors

    def _some(self, texts: Sequence[str]) -> Vectors:
        keys = [sha256(f"{self.name}\n{text}".encode("utf-8", "surrogatepass")).digest() for text in texts]
        with self._lock:
            marks = ",".join("?" * len(keys))
            known: dict[bytes, bytes] = dict(
                self._store.execute(f"select key, vector from vectors where key in ({marks})", keys)  # noqa: S608
            )
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            made = self._embedder.embed(list(missing.values()))
            fresh = {key: vector.tobytes() for key, vector in zip(missing, made, strict=True)}
            with self._lock, self._store:
                self._store.executemany("insert or ignore into vectors values (?, ?)", fresh.items())
            known |= fresh
        return np.vstack([np.frombuffer(known[key], np.float32) for key in keys])

    def prepare(self, questions: Sequence[str]) -> list[float]:
        """Embeds questions one by one and keeps them in memory, so that searches are timed without it. Milliseconds."""
        times = []
        for question in questions:
            began = perf_counter()
            vector = self._embedder.embed([question])
            times.append((perf_counter() - began) * 1000)
            self._prepared[question] = vector
        return times

    def close(self) -> None:
        self._store.close()
