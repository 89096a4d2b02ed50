"""Is our search better and faster than what else one could install? Quality, latency, build, size, memory.

    python benchmarks/retrieval.py                          # SQuAD, NQ and Cranfield, ours and peers
    python benchmarks/retrieval.py --all --no-peers         # hybrid against our own BM25 on every set
    python benchmarks/retrieval.py --sets nq --limit 200 --lancedb-python /path/to/venv/bin/python

Every system answers the same questions over the same passages in the same run, each in a process of its own; peers
get the same MiniLM vectors. LanceDB is an optional dependency: without it its rows are left out with a message.
Writes benchmarks/results/retrieval.json (or --out) and prints tables.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import shared
from pincite.encoders.embed import MiniLM
from pincite.evals import measures, sets
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.evals.vectors import KeptVectors, default_cache

HERE = Path(__file__).parent
MAIN = ("squad", "nq", "nq+squad", "cranfield")
PEERS = ("bm25s", "fts5", "lancedb")
QUIET = {**os.environ, "RUST_LOG": "error", "LANCE_LOG": "error", "PYTHONWARNINGS": "ignore"}
"""LanceDB warns on every query."""


def measured(command: list[str], **options: Any) -> tuple[int, dict[str, float], bytes]:
    """Exit code, CPU seconds and peak memory of one command, and what it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, **options)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        cost = {"process_cpu_seconds": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
        return process.returncode, cost, out.read()


def ours(passages: list[Path], questions: Path, given: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "pincite.evals", "retrieval", "--json", "--seed", str(given.seed)]
    command += ["--passages", *map(str, passages), "--questions", str(questions), "--cache", str(given.cache)]
    command += ["--limit", str(given.limit)] if given.limit else []
    code, cost, out = measured(command, stderr=subprocess.DEVNULL)
    if code:
        sys.exit(f"{' '.join(command)}: exit code {code}")
    report: dict[str, Any] = json.loads(out)
    return {**report, **cost}


def peers(
    rows: list[PassageRow], asked: list[QuestionRow], given: argparse.Namespace, kept: KeptVectors
) -> dict[str, dict[str, Any]]:
    """A row for each system of each peer that is installed."""
    found: dict[str, dict[str, Any]] = {}
    # The same text as our own full text reads: the title belongs to the passage.
    texts = [f"{row.title}\n{row.text}" for row in rows]
    vectors = kept.embed(texts)
    question_vectors = np.vstack([kept.embed([q.text]) for q in asked])
    for peer in PEERS:
        interpreter = given.lancedb_python if peer == "lancedb" else sys.executable
        with tempfile.TemporaryDirectory(prefix="pincite-peer-") as name:
            folder = Path(name)
            _write(folder / "passages.jsonl", [{"id": r.id, "text": t} for r, t in zip(rows, texts, strict=True)])
            _write(folder / "questions.jsonl", [{"text": q.text} for q in asked])
            np.save(folder / "passages.npy", vectors)
            np.save(folder / "questions.npy", question_vectors)
            command = [str(interpreter), str(HERE / "peers.py"), peer, name]
            code, cost, _ = measured(command, stderr=subprocess.DEVNULL if given.quiet else None, env=QUIET)
            if code:
                print(f"{peer}: left out (exit code {code}; is it installed? LanceDB: --lancedb-python)")
                continue
            found |= judged(json.loads((folder / f"{peer}.json").read_text()), asked, cost)
    return found


def _write(path: Path, some: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in some), "utf-8")


def judged(result: dict[str, Any], asked: list[QuestionRow], cost: dict[str, float]) -> dict[str, dict[str, Any]]:
    systems = {}
    for name, some in result["systems"].items():
        pairs = [(ids, q.right) for ids, q in zip(some["lists"], asked, strict=True)]
        systems[name] = {
            "ndcg@10": measures.mean([measures.ndcg(ids, right) for ids, right in pairs]),
            **{
                f"recall@{k}": measures.mean([measures.recall(ids, right, k) for ids, right in pairs])
                for k in (1, 5, 20)
            },
            "mrr@10": measures.mean([measures.mrr(ids, right) for ids, right in pairs]),
            "ms": measures.spread(some["ms"]),
            "cpu_ms": some["cpu_ms"],
            "build_seconds": result["built"]["seconds"],
            "megabytes": result["megabytes"],
            "peak_mb": cost["peak_mb"],
        }
    return systems


def one(name: str, given: argparse.Namespace, kept: KeptVectors) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pincite-set-") as folder:
        passages, questions = shared.SETS[name](Path(folder))
        report = ours(passages, questions, given)
        if given.peers:
            rows = sets.passages(passages)
            known = {row.id for row in rows}
            all_of = sets.questions([questions])
            right = [q for q in all_of if not q.impossible and any(g > 0 and i in known for i, g in q.right.items())]
            report["peers"] = peers(rows, sets.sample(right, given.limit, given.seed), given, kept)
        return report


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = ["| set | n | passages | system | nDCG@10 | R@1 | R@5 | R@20 | MRR@10 | ms p50 | ms p95 | cpu ms | MB |"]
    lines.append("|" + "---|" * 13)
    for name, report in results.items():
        systems = {f"pincite {s}": {"megabytes": report["megabytes"], **row} for s, row in report["systems"].items()}
        for system, row in {**systems, **report.get("peers", {})}.items():
            quality = " | ".join(f"{row[m]:.3f}" for m in ("ndcg@10", "recall@1", "recall@5", "recall@20", "mrr@10"))
            ms = f"{row['ms']['p50']:.2f} | {row['ms']['p95']:.2f} | {row['cpu_ms']:.2f}"
            size = f"{row['megabytes']:.1f}"
            lines.append(f"| {name} | {report['n']} | {report['passages']} | {system} | {quality} | {ms} | {size} |")
    return "\n".join(lines)


def gains(results: dict[str, dict[str, Any]]) -> str:
    lines = ["", "hybrid against our own BM25 (nDCG@10):"]
    for name, report in results.items():
        gain = report["systems"]["hybrid"]["over_bm25"]
        lines.append(f"  {name:14} {gain:+.1%}{'   BELOW' if gain < 0 else ''}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=sorted(shared.SETS), default=list(MAIN))
    parser.add_argument("--all", action="store_true", help="every set")
    parser.add_argument("--limit", type=int, help="a sample of this many questions of each set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept between runs")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument(
        "--lancedb-python", type=Path, default=Path(sys.executable), help="interpreter that has lancedb"
    )
    parser.add_argument("--quiet", action="store_true", help="do not show what peers print")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "retrieval.json")
    given = parser.parse_args()
    kept = KeptVectors(MiniLM.load(), given.cache)
    results: dict[str, dict[str, Any]] = {}
    for name in list(shared.SETS) if given.all else given.sets:
        results[name] = one(name, given, kept)
        print(table({name: results[name]}), flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    about = {"date": date.today().isoformat(), "cores": os.cpu_count(), "machine": platform.machine()}
    given.out.write_text(json.dumps({**about, "sets": results}, indent=1) + "\n", "utf-8")
    print(gains(results))


if __name__ == "__main__":
    main()
