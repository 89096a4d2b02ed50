"""Which texts mean the same? all-MiniLM-L6-v2 in int8: a text becomes a unit vector, and likeness is their product.

The weights ship beside this module (weights/MODEL_CARD.md says whence) and are checked against their hashes before
they are loaded. One text a run, with no padding: int8 activations are scaled by the range of the whole batch, so in a
batch a text's vector would depend on its neighbours, and a rebuilt index would differ from the one it replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pincite.encoders.alignable import LAST, POOLED, SECOND_OUTPUT, digits, rarity
from pincite.encoders.shipped import WEIGHTS, checked, session, tokenizer
from pincite.ports import Aligned, Vectors

NAME = "all-MiniLM-L6-v2-int8"
DIMENSIONS = 384
MAX_TOKENS = 256
MODEL = "minilm-l6.int8.onnx"
_MAX_CHARACTERS = 20_000
"""No 256 tokens are longer than this in real text; what follows is never read, so it need not be cut into tokens."""
_TOGETHER = 64
"""Texts cut into tokens at a time, which bounds memory."""


class MiniLM:
    """An ``Embedder`` and an ``Aligner``. Deterministic: a text's vector does not depend on its neighbours.

    Safe to call from any number of threads; ``embed`` spreads its texts over ``threads`` of them. The text is cut
    after 256 tokens. An empty text has a vector too (that of no words); the caller decides what it is worth.
    """

    name = NAME
    dimensions = DIMENSIONS

    def __init__(
        self,
        session: ort.InferenceSession,
        tokenizer: Tokenizer,
        threads: int,
        stand_back: Callable[[], None] = lambda: None,
    ) -> None:
        """``stand_back`` is called before each text is read, and may block."""
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._stand_back = stand_back

    @classmethod
    def load(cls, threads: int = 1, weights: Path = WEIGHTS) -> MiniLM:
        """Check and load the weights: about 0.2 s and 60 MB. Raises ``Damaged`` if a file is not the one shipped."""
        cutter = tokenizer(weights)
        cutter.enable_truncation(MAX_TOKENS)
        return cls(session(checked(weights / MODEL) + SECOND_OUTPUT), cutter, threads)

    def behind(self, stand_back: Callable[[], None], threads: int) -> MiniLM:
        """The same weights for work that can wait: before each text it stands back for as long as it is told."""
        return MiniLM(self._session, self._tokenizer, threads, stand_back)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), 384) float32, rows of length 1, in the order of ``texts``."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        if self._threads == 1 or len(texts) <= 2:
            self._fill(vectors, texts, range(len(texts)))
            return vectors
        with ThreadPoolExecutor(self._threads, thread_name_prefix="embed") as pool:
            shares = [range(share, len(texts), self._threads) for share in range(self._threads)]
            for done in [pool.submit(self._fill, vectors, texts, share) for share in shares]:
                done.result()
        return vectors

    def _fill(self, vectors: Vectors, texts: Sequence[str], rows: range) -> None:
        for at in range(0, len(rows), _TOGETHER):
            some = rows[at : at + _TOGETHER]
            encodings = self._tokenizer.encode_batch_fast([texts[row][:_MAX_CHARACTERS] for row in some])
            for row, encoding in zip(some, encodings, strict=True):
                self._stand_back()
                ids = np.array([encoding.ids], dtype=np.int64)
                vectors[row] = self._session.run([POOLED], {"input_ids": ids})[0][0]

    def align(self, text: str) -> Aligned:
        """The vector of each token, which no padding and no neighbour has touched."""
        encoding = self._tokenizer.encode(text[:_MAX_CHARACTERS])
        pooled, last = self._session.run([POOLED, LAST], {"input_ids": np.array([encoding.ids], dtype=np.int64)})
        ids, vectors = np.array(encoding.ids[1:-1], np.int64), last[0, 1:-1]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Aligned(ids, self._tells[ids], self._digits[ids], vectors / np.maximum(lengths, 1e-6), pooled[0])

    def knows(self, word: str) -> bool:
        """Whether the encoder has it as a whole: the 20,000 most common English words and names are."""
        return self._tokenizer.token_to_id(word.lower()) is not None

    @cached_property
    def _tells(self) -> NDArray[np.float32]:
        return rarity(self._tokenizer.get_vocab())

    @cached_property
    def _digits(self) -> NDArray[np.bool_]:
        return digits(self._tokenizer.get_vocab())
