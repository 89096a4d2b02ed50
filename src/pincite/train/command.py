"""What can be said to ``pincite train``? Its words and its help, which are read before PyTorch is installed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from pincite.encoders.cross import MODEL, SHIPPED
from pincite.evals.vectors import default_cache

_HELP = """Teach pincite to rank, read and check from a corpus: examples, training, export, figures in one command.

    pincite train --passages mine.jsonl --questions asked.jsonl     # to rank, read and check
    pincite train --passages mine.jsonl                             # no questions: titles and sentences ask

What comes out stands in the folder cross of the data folder (--out names another) and is used from then on; until it is
whole, the work stands beside it in cross.training. Files are those of pincite eval (id, title, text; id, question,
passage_id, answers). Stopped at any time, the same command goes on where it was. Needs the extra labs:
pip install 'pincite[labs]'. A GPU is used where there is one."""


def parsed(words: Sequence[str], out: Path) -> argparse.Namespace:
    """What was asked for; what comes out stands in ``out`` unless the words name another folder."""
    asked = argparse.ArgumentParser(
        prog="pincite train", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--passages", type=Path, nargs="+", required=True, metavar="FILE")
    asked.add_argument("--questions", type=Path, nargs="+", default=[], metavar="FILE")
    asked.add_argument("--out", type=Path, default=out, metavar="FOLDER")
    asked.add_argument("--steps", type=int, default=3000)
    asked.add_argument("--tokens", type=int, default=4096, help="padded tokens a batch")
    asked.add_argument("--rate", type=float, default=2e-4)
    asked.add_argument("--wrong", type=int, default=1, help="wrong passages beside each right one")
    asked.add_argument("--claims-every", type=int, default=5, metavar="N", help="each Nth batch is of claims; 0: none")
    asked.add_argument("--cooling", type=float, default=0.15, help="share of the steps over which the rate falls to 0")
    asked.add_argument("--keep", type=float, default=0.0, metavar="SHARE", help="of the weights it starts from, 0 to 1")
    asked.add_argument("--dropout", type=float, default=0.0)
    asked.add_argument("--frozen", type=int, default=2, help="lowest layers that are not trained")
    asked.add_argument("--mine", choices=("hybrid", "text"), default="hybrid", help="how negatives are looked for")
    asked.add_argument(
        "--mined",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="of the questions, for which negatives are looked for; the others take passages with the same title",
    )
    asked.add_argument(
        "--base",
        type=Path,
        default=SHIPPED / MODEL,
        metavar="FILE",
        help="a model.safetensors, or an .onnx of ours, instead of the shipped cross-encoder",
    )
    asked.add_argument("--cache", type=Path, default=default_cache(), metavar="FOLDER", help="where vectors are kept")
    asked.add_argument("--device", default="")
    asked.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--seed", type=int, default=0)
    return asked.parse_args(words)
