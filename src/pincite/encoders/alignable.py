"""What does each word mean where it stands? The encoder's last layer before it is pooled, token by token.

The shipped graph has one output, the pooled vector. A protobuf message may be followed by more of itself and is then
read as one, so a few bytes behind the checked file name a second output; nothing else in the graph changes, and the
pooled vectors stay bit for bit the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy as np
from numpy.typing import NDArray

POOLED, LAST = "vectors", "n203"
"""Outputs of minilm-l6.int8.onnx, whose hash is checked: (texts, 384), and the last layer (texts, tokens, 384)."""
_FIRST_WORD = 1996
"""The vocabulary has signs first; from here on it is sorted by how frequent a token is, the most frequent first."""


def _field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


_FLOAT = _field(2, _field(1, b"\x08\x01"))
"""ValueInfoProto.type = tensor of float32."""
SECOND_OUTPUT = _field(7, _field(12, _field(1, LAST.encode()) + _FLOAT))
"""ModelProto.graph.output, one more."""


def rarity(vocabulary: Mapping[str, int]) -> NDArray[np.float32]:
    """How much a token tells, by its number: √log of its rank (Zipf: a frequency is about one over the rank).

    Signs tell nothing; a digit or a letter by itself as much as a word of middling frequency.
    """
    told = np.zeros(max(vocabulary.values()) + 1, np.float32)
    for token, number in vocabulary.items():
        if any(map(str.isalnum, token)):
            told[number] = log(number - _FIRST_WORD + 2) if number >= _FIRST_WORD else 6.0 if token.isdigit() else 2.0
    return np.sqrt(told)


def digits(vocabulary: Mapping[str, int]) -> NDArray[np.bool_]:
    """Is the token a number, or a part of one, by its number?"""
    are = np.zeros(max(vocabulary.values()) + 1, np.bool_)
    for token, number in vocabulary.items():
        are[number] = token.removeprefix("##").isdecimal()
    return are
