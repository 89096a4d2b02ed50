"""Are these the weights that we shipped? Files checked by their hash, and the sessions that run them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnxruntime as ort  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from pincite.errors import Damaged

WEIGHTS = Path(__file__).parent / "weights"
TOKENIZER = "tokenizer.json"
MEND = "reinstall pincite; in a git checkout: git checkout -- src/pincite/encoders/weights"
SHA256 = {
    "minilm-l6.int8.onnx": "c42f1e139edf7e33f835270757c58f131fe81ae6a9d7e1afd7ad9eb151de3c25",
    TOKENIZER: "b2671b6b396976e3f5aef2c69ea482aa60a2a571933664ab36f352d655ecea29",
}


def checked(path: Path) -> bytes:
    """The file's bytes. Raises ``Damaged`` if it can't be read or is not the one shipped under this name."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Damaged(f"the weights {path} can't be read: {error.strerror}", hint=MEND) from None
    found, expected = hashlib.sha256(data).hexdigest(), SHA256[path.name]
    if found != expected:
        raise Damaged(f"the weights {path} are not those shipped: sha256 {found}, expected {expected}", hint=MEND)
    return data


def tokenizer(folder: Path = WEIGHTS) -> Tokenizer:
    """The shipped WordPiece tokenizer, without padding or truncation."""
    return parsed(checked(folder / TOKENIZER))


def parsed(data: bytes) -> Tokenizer:
    """The tokenizer of a ``tokenizer.json``, without padding or truncation."""
    made = Tokenizer.from_str(data.decode("utf-8"))
    made.no_padding()
    made.no_truncation()
    return made


def special(cutter: Tokenizer, name: str) -> int:
    """The number of a token such as [CLS]. Raises ``Damaged`` if the tokenizer has none."""
    number: int | None = cutter.token_to_id(name)
    if number is None:
        raise Damaged(f"the tokenizer has no {name}", hint="use the tokenizer.json that came with the weights")
    return number


def session(model: bytes) -> ort.InferenceSession:
    """One thread a run: several runs at once use several cores without waiting for each other."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # A waiting thread must not burn the core that serves the page.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    # Fused SkipLayerNormalization is slow on CPUs: 79 ms for 4 × 128 tokens, 63 without (LAB.md).
    return ort.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
