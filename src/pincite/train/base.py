"""From what does training start? The encoder that ships, turned back from int8; or a genuine checkpoint.

int8 per channel is within half a percent of the genuine weights, and fine-tuning moves them further than that. So
nothing need be fetched to train: the shipped file is the start, unless a ``model.safetensors`` is named.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor

from pincite.encoders.embed import MODEL
from pincite.encoders.shipped import WEIGHTS, checked
from pincite.errors import BadInput
from pincite.train.network import POSITIONS, WIDTH, names

Arrays = dict[str, NDArray[np.float32]]

_MATRIX = re.compile(r"(.+)\.(?:matrix|vector|scale|offset)$")
_KINDS = {"matrix": "weight", "vector": "bias", "scale": "weight", "offset": "bias"}


def checkpoint(path: Path) -> dict[str, Tensor]:
    """A BERT checkpoint's tensors. Raises ``BadInput`` if it is of another shape than MiniLM-L6."""
    try:
        tensors = load_file(str(path))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} can't be read: {error}", hint="name the model.safetensors of all-MiniLM-L6-v2"
        ) from None
    missing = sorted(set(names().values()) - tensors.keys())
    if missing:
        raise BadInput(f"{path} has no {missing[0]}", hint="name the model.safetensors of all-MiniLM-L6-v2")
    return tensors


def shipped() -> dict[str, Tensor]:
    """The encoder of ``encoders/weights`` in float32, by the names of a BERT checkpoint.

    Its positions hold the embedding of side 0 already and end after 256; side 1 begins as side 0, to be learned.
    """
    found = _unquantised(onnx.load_model_from_string(checked(WEIGHTS / MODEL)))
    places = np.zeros((POSITIONS, WIDTH), np.float32)
    known = found.pop("position_embeddings")
    places[: len(known)] = known
    tensors = {"embeddings.word_embeddings.weight": found.pop("word_embeddings")}
    tensors["embeddings.position_embeddings.weight"] = places
    tensors["embeddings.token_type_embeddings.weight"] = np.zeros((2, WIDTH), np.float32)
    for name, value in found.items():
        match = _MATRIX.match(name)
        if match:
            kind = name.removeprefix(f"{match[1]}.")
            tensors[f"{match[1]}.{_KINDS[kind]}"] = value.T if kind == "matrix" else value
    return {name: torch.tensor(tensors[name]) for name in names().values()}


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
