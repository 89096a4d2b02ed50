"""What is shipped of it? An int8 ONNX graph of the trained network, its parity with the unquantised one, and its hash.

The same weights give the same bytes on every run with the same onnx and onnxruntime.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
import torch
from numpy.typing import NDArray

from pincite.train.batches import Pair
from pincite.train.graph import Weights, cross_encoder, quantised
from pincite.train.network import OUTPUTS, CrossEncoder, names


@dataclass(frozen=True)
class Parity:
    """How far int8 is from fp32 on real pairs."""

    pairs: int
    relevance: float
    """Correlation of the relevance logits."""
    spans: float
    """Share of pairs whose likeliest start and end are the same tokens."""
    support: float
    """Share of pairs with the same likeliest label."""


def weights(network: CrossEncoder) -> Weights:
    """The network's tensors by the names of a BERT checkpoint, float32."""
    state = {name: tensor.detach().cpu().float().numpy() for name, tensor in network.state_dict().items()}
    found = {theirs: state[ours] for ours, theirs in names().items()}
    return found | {f"{head}.{kind}": state[f"{head}.{kind}"] for head in OUTPUTS for kind in ("weight", "bias")}


def loaded(state: Path, frozen: int = 0) -> CrossEncoder:
    """The network as ``fit`` left it in ``state.pt``."""
    network = CrossEncoder(frozen)
    network.load_state_dict(torch.load(state, map_location="cpu", weights_only=True)["network"])
    return network.eval()


def export(network: CrossEncoder, target: Path, *, narrow: bool = True) -> str:
    """Writes ``target`` (and ``.fp32.onnx`` beside it) and returns the sha256 of it."""
    quantised(cross_encoder(weights(network)), target, narrow=narrow)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def parity(target: Path, pairs: Sequence[Pair]) -> Parity:
    """Both graphs over the same pairs, one pair a run."""
    full, small = (_run(path, pairs) for path in (target.with_suffix(".fp32.onnx"), target))
    relevance = [[float(one[0][0, 0]) for one in run] for run in (full, small)]
    return Parity(
        len(pairs),
        statistics.correlation(*relevance),
        float(np.mean([_span(a, pair) == _span(b, pair) for a, b, pair in zip(full, small, pairs, strict=True)])),
        float(np.mean([a[2].argmax() == b[2].argmax() for a, b in zip(full, small, strict=True)])),
    )


def _run(path: Path, pairs: Sequence[Pair]) -> list[list[NDArray[np.float32]]]:
    session = ort.InferenceSession(
        path, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
    return [session.run(None, {"input_ids": np.array([pair.ids]), "sides": np.array([pair.sides])}) for pair in pairs]


def _span(outputs: list[NDArray[np.float32]], pair: Pair) -> tuple[int, int]:
    text = outputs[1][0, pair.begins : len(pair.ids) - 1]
    return int(text[:, 0].argmax()), int(text[:, 1].argmax())
