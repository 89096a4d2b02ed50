"""A cross-encoder of two layers and random weights: everything of it is real but what it knows."""

import hashlib
import json
from pathlib import Path

import numpy as np

from pincite.encoders.cross import CARD, MODEL
from pincite.encoders.shipped import TOKENIZER, WEIGHTS
from pincite.train.graph import cross_encoder, quantised

WIDTH, WIDE, LAYERS = 64, 128, 2


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)

    def matrix(*shape: int) -> np.ndarray:
        return draw.normal(0, 0.3, shape).astype(np.float32)

    made = {
        "embeddings.word_embeddings.weight": matrix(30522, WIDTH),
        "embeddings.position_embeddings.weight": matrix(256, WIDTH),
        "embeddings.token_type_embeddings.weight": matrix(2, WIDTH),
    }
    sizes = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
    sizes |= {"attention.output.dense": (WIDTH, WIDTH)}
    sizes |= {"intermediate.dense": (WIDE, WIDTH), "output.dense": (WIDTH, WIDE)}
    linear = {f"encoder.layer.{n}.{name}": size for n in range(LAYERS) for name, size in sizes.items()}
    linear |= {"relevance": (1, WIDTH), "span": (2, WIDTH), "support": (3, WIDTH)}
    for name, (rows, columns) in linear.items():
        made |= {f"{name}.weight": matrix(rows, columns), f"{name}.bias": matrix(rows)}
    norms = [f"encoder.layer.{n}.{part}.LayerNorm" for n in range(LAYERS) for part in ("attention.output", "output")]
    for name in ["embeddings.LayerNorm", *norms]:
        made |= {f"{name}.weight": 1 + matrix(WIDTH), f"{name}.bias": matrix(WIDTH)}
    return made


def folder(at: Path, seed: int = 0) -> Path:
    """What ``pincite train`` leaves behind, with these weights."""
    at.mkdir(parents=True, exist_ok=True)
    quantised(cross_encoder(weights(seed)), at / MODEL)
    (at / TOKENIZER).write_bytes((WEIGHTS / TOKENIZER).read_bytes())
    hashes = {name: hashlib.sha256((at / name).read_bytes()).hexdigest() for name in (MODEL, TOKENIZER)}
    (at / CARD).write_text(json.dumps({"sha256": hashes}), encoding="utf-8")
    return at
