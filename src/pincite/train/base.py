"""From what does training start? A cross-encoder or encoder of ours, turned back from int8; or a genuine checkpoint.

int8 per channel is within a few percent of the weights it was made from, and fine-tuning moves them further than that.
So nothing need be fetched to train: the shipped cross-encoder, which can read already, is the start unless a file is
named.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from pincite.encoders.cross import MODEL, SHIPPED
from pincite.errors import BadInput
from pincite.train.network import OUTPUTS, POSITIONS, WIDTH, names

Arrays = dict[str, NDArray[np.float32]]

_MATRIX = re.compile(r"(.+)\.(?:matrix|vector|scale|offset)$")
_KINDS = {"matrix": "weight", "vector": "bias", "scale": "weight", "offset": "bias"}


def checkpoint(path: Path) -> dict[str, Tensor]:
    """A BERT checkpoint's tensors. Raises ``BadInput`` if it is of another shape than MiniLM-L6."""
    try:
        tensors = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise BadInput(
            f"{path} can't be read: {error}", hint="name the model.safetensors of all-MiniLM-L6-v2"
        ) from None
    missing = sorted(set(names().values()) - tensors.keys())
    if missing:
        raise BadInput(f"{path} has no {missing[0]}", hint="name the model.safetensors of all-MiniLM-L6-v2")
    return tensors


def start(path: Path = SHIPPED / MODEL) -> dict[str, Tensor]:
    """What ``network.started`` takes, of an ``.onnx`` of ours or a ``.safetensors``.

    Raises ``BadInput`` for a file of another kind or shape.
    """
    if path.suffix != ".onnx":
        return checkpoint(path)
    try:
        return tensors(onnx.load(path))
    except (OSError, DecodeError, KeyError) as error:
        raise BadInput(
            f"{path} is no int8 model of ours: {error}",
            hint=f"name a {MODEL} of pincite train, or the model.safetensors of all-MiniLM-L6-v2",
        ) from None


def tensors(model: onnx.ModelProto) -> dict[str, Tensor]:
    """An int8 encoder or cross-encoder of ours in float32, by the names of a BERT checkpoint; heads by ours.

    Positions end after 256. An encoder's hold the embedding of side 0 already; side 1 begins as side 0, to be learned.
    """
    found = _unquantised(model)
    places = np.zeros((POSITIONS, WIDTH), np.float32)
    known = found.pop("position_embeddings")
    places[: len(known)] = known
    sides = found.pop("side_embeddings", np.zeros((2, WIDTH), np.float32))
    named = {
        "embeddings.word_embeddings.weight": found.pop("word_embeddings"),
        "embeddings.position_embeddings.weight": places,
        "embeddings.token_type_embeddings.weight": sides,
    }
    for name, value in found.items():
        match = _MATRIX.match(name)
        if match:
            kind = name.removeprefix(f"{match[1]}.")
            named[f"{match[1]}.{_KINDS[kind]}"] = value.T if kind == "matrix" else value
    wanted = [*names().values(), *(name for name in named if name.partition(".")[0] in OUTPUTS)]
    return {name: torch.tensor(named[name]) for name in wanted}


def _unquantised(model: onnx.ModelProto) -> Arrays:
    """Constants by name, each ``X_quantized`` as ``X`` again: (value − zero point) · scale, along its last axis."""
    raw = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found: Arrays = {}
    for name, value in raw.items():
        if name.endswith("_quantized"):
            plain = name.removesuffix("_quantized")
            scale, zero = (raw[f"{plain}_{part}"].astype(np.float32) for part in ("scale", "zero_point"))
            found[plain] = (value.astype(np.float32) - zero) * scale
        elif value.dtype == np.float32:
            found.setdefault(name, value)
    return found
