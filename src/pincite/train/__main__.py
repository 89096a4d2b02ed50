"""How does a corpus teach pincite to rank, read and check? One command: examples, training, export, figures."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import torch

from pincite.encoders.cross import ASKED, CARD, MODEL, SHIPPED, TEXT, TITLE, CrossEncoder
from pincite.encoders.embed import MODEL as ENCODER
from pincite.encoders.shipped import TOKENIZER, WEIGHTS, checked, tokenizer
from pincite.errors import BadInput
from pincite.evals import plot, sets
from pincite.loading import load
from pincite.settings import Settings
from pincite.train import base, network
from pincite.train.batches import Cutter
from pincite.train.command import parsed
from pincite.train.examples import claims, examples
from pincite.train.export import export, loaded, parity
from pincite.train.fit import Recipe, fit
from pincite.train.measure import measure
from pincite.train.prepare import Prepared, prepare
from pincite.train.twist import Twister

CURVE = "curve.svg"


def main(words: Sequence[str], settings: Settings) -> int:
    """Runs the command; returns the exit code. Raises ``PinciteError`` for what can't be taken."""
    given = parsed(words, settings.cross_dir)
    if not 0 <= given.keep <= 1:
        raise BadInput(f"{given.keep} of the start can't be kept", hint="--keep takes 0 (nothing) to 1 (all)")
    rows = sets.passages(given.passages)
    questions = sets.questions(given.questions) if given.questions else []
    work = given.out.with_name(f"{given.out.name}.training")
    data = work / "data"
    made = prepare(
        rows,
        questions,
        data,
        _tell,
        cache=given.cache,
        seed=given.seed,
        dense=given.mine == "hybrid",
        mined=given.mined,
        twist=_twister(),
    )
    if not made.answered + made.titled:
        raise BadInput(
            f"nothing can be learned from {', '.join(map(str, given.passages))}: no question names one of its "
            "passages, and none of them has a title and 20 words",
            hint='each line needs {"id": …, "title": …, "text": …}',
        )
    device = given.device or ("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(given.threads)
    cutter = Cutter(tokenizer(), ASKED, TITLE, TEXT)
    taught = examples(data / "answered.jsonl") + examples(data / "titled.jsonl")
    recipe = Recipe(
        steps=given.steps,
        tokens=given.tokens,
        rate=given.rate,
        wrong=given.wrong,
        claims_every=given.claims_every,
        cooling=given.cooling,
        seed=given.seed,
    )

    def fresh() -> network.CrossEncoder:
        return network.started(base.start(given.base), given.frozen, given.dropout, given.seed)

    fit(fresh(), taught, claims(data / "claims.jsonl"), cutter, recipe, work, device, _say)
    ended = network.between(fresh(), loaded(work / "state.pt"), given.keep)
    figures = _made(ended, given, work, cutter, recipe, made)
    (work / CURVE).write_text(_curve(work / "curve.jsonl"), encoding="utf-8")
    _shipped(work, given.out)
    print(json.dumps(figures, indent=1))
    unused = "" if given.out == settings.cross_dir else f"; to use it: --set rank.cross_encoder={given.out}"
    _say(f"made {given.out}{unused}")
    return 0


def _twister() -> Twister:
    """Over the words of the shipped encoder."""
    vocabulary = tokenizer().get_vocab()
    vectors = base.start(WEIGHTS / ENCODER)["embeddings.word_embeddings.weight"].numpy()
    return Twister(sorted(vocabulary, key=vocabulary.__getitem__), vectors)


def _made(
    ended: network.CrossEncoder, given: argparse.Namespace, out: Path, cutter: Cutter, recipe: Recipe, made: Prepared
) -> dict[str, object]:
    """Export, parity, figures, card. What ``CrossEncoder.load`` needs stands in the folder ``out`` afterwards."""
    start = given.base
    target = out / MODEL
    digest = export(ended.eval(), target)
    (out / TOKENIZER).write_bytes(checked(WEIGHTS / TOKENIZER))
    hashes = {MODEL: digest, TOKENIZER: hashlib.sha256((out / TOKENIZER).read_bytes()).hexdigest()}
    card: dict[str, object] = {
        "made": date.today().isoformat(),
        "from": {start.name: hashlib.sha256(start.read_bytes()).hexdigest()},
        "data": asdict(made),
        "recipe": asdict(recipe) | {"keep": given.keep},
        "bytes": target.stat().st_size,
        "sha256": hashes,
    }
    (out / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    held = examples(out / "data" / "held.jsonl")[:100]
    chance = random.Random(0)  # noqa: S311
    pairs = [pair for one in held for pair in cutter.pairs(one.asked, (one.right, *one.wrong[:1]), chance)]
    encoder = CrossEncoder.load(out, os.cpu_count() or 1)
    figures = {
        "parity": asdict(parity(target, pairs)) if pairs else None,
        "held_out": measure(encoder, out / "data"),
        "held_out_shipped": measure(CrossEncoder.load(SHIPPED, os.cpu_count() or 1), out / "data"),
    }
    target.with_suffix(".fp32.onnx").unlink()
    (out / CARD).write_text(json.dumps({**card, **figures}, indent=1) + "\n", encoding="utf-8")
    return dict(figures)


def _shipped(work: Path, out: Path) -> None:
    """Puts what was made where it is used, the card last: without one nothing there can be read."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, TOKENIZER, CURVE, CARD):
        fresh = out / f"{name}.new"
        shutil.copyfile(work / name, fresh)
        fresh.replace(out / name)


def _curve(rows: Path) -> str:
    """The losses by step, at most forty points of each."""
    noted = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    noted = noted[:: len(noted) // 40 + 1]
    losses = sorted({name for row in noted for name in row} - {"step", "pairs_per_s"})
    curves = {name: [(row["step"], max(row[name], 1e-3)) for row in noted if name in row] for name in losses}
    return plot.lines("What training cost", "step", "loss", curves)


def _tell(what: str, done: int, total: int | None) -> None:
    end = "\n" if done == total else ""
    print(f"\r{what}: {done:,}{f' of {total:,}' if total else ''}", end=end, file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], load().settings))
