"""How much does pincite add to a model's own time to its first token, and how often does it call the model?

    python -m benchmarks.overhead --questions 100 --passages 2000

A model server of known speed runs in a process of its own. Each question is asked twice: of the server directly, and
of the engine over an index of real passages; what the engine takes longer is the overhead. Everything counts: making
the question durable, planning, searching, the prompt, the call, the citer, and the log from which the answer is read.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks import shared
from benchmarks.process import running
from benchmarks.record import parser, recording
from pincite.encoders.embed import MiniLM
from pincite.engine import AnswerEngine
from pincite.evals.measures import spread
from pincite.events import Cited, Finished, Sourced, Wrote
from pincite.index import Index
from pincite.settings import EndpointSettings, ModelSettings, Settings
from pincite.types import Document, Original, Question


def rows(name: str, most: int) -> list[dict[str, Any]]:
    return list(islice(shared.rows(f"squad/{name}"), most))


def original(row: Mapping[str, Any]) -> Original:
    url = f"{row['url']}#{row['id']}"
    return Original(document=Document(id="", url=url, title=row["title"]), text=row["text"])


async def direct(http: httpx.AsyncClient, url: str, question: str) -> float:
    """Milliseconds to the first word, asked of the server itself."""
    body = {"model": "sources", "stream": True, "messages": [{"role": "user", "content": question}]}
    begin = time.perf_counter()
    async with http.stream("POST", f"{url}/chat/completions", json=body) as reply:
        async for line in reply.aiter_lines():
            if '"content": "' in line and '"content": ""' not in line:
                took = (time.perf_counter() - begin) * 1000
                break
        else:
            raise RuntimeError("the model server said nothing")
    return took


async def through(engine: AnswerEngine, question: str) -> dict[str, float]:
    """Milliseconds to each kind of event, asked of the engine and read from its log."""
    begin = time.perf_counter()
    seen: dict[str, float] = {}
    answer_id = await engine.ask(Question(text=question))
    seen["durable"] = (time.perf_counter() - begin) * 1000
    async for stamped in engine.follow(answer_id):
        now = (time.perf_counter() - begin) * 1000
        match stamped.event:
            case Sourced():
                seen.setdefault("sources", now)
            case Wrote():
                seen.setdefault("first_token", now)
            case Cited():
                seen.setdefault("first_sentence", now)
            case Finished(usage=usage):
                seen["calls"] = usage.model_calls
            case _:
                pass
    return seen


def take_in(settings: Settings, passages: list[dict[str, Any]], *, sparse: bool) -> None:
    with closing(Index.open(settings.index_dir, MiniLM.load(2), writer=True)) as index:
        index.add(map(original, passages))
        index.commit()
        if not sparse:
            index.embed_pending(threading.Event())


async def measure(url: str, given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pincite-overhead-") as folder:
        models = ModelSettings(default="local:sources", endpoints={"local": EndpointSettings(base_url=url)})
        settings = Settings(data_dir=Path(folder), models=models)
        passages = rows("passages.jsonl.xz", given.passages)
        await asyncio.to_thread(take_in, settings, passages, sparse=given.sparse)
        async with await AnswerEngine.open(settings) as engine:
            known = {row["id"] for row in passages}
            asked = [q for q in rows("questions-train-v1.1.jsonl.xz", 90000) if q["passage_id"] in known]
            asked += [q for q in rows("questions-dev-v1.1.jsonl.xz", 90000) if q["passage_id"] in known]
            questions = [q["question"] for q in random.Random(7).sample(asked, given.questions + 3)]
            async with httpx.AsyncClient(trust_env=False) as http:
                both = [(await direct(http, url, q), await through(engine, q)) for q in questions][3:]
    own = spread([d for d, _ in both])
    written = [t for _, t in both if "first_token" in t]
    return {
        "questions": len(both),
        "written": len(written),
        "passages": given.passages,
        "vectors": not given.sparse,
        "model_first_token_ms": own,
        "overhead_first_token_ms": spread([t["first_token"] - own["p50"] for t in written]),
        "overhead_paired_ms": spread([t["first_token"] - d for d, t in both if "first_token" in t]),
        "durable_ms": spread([t["durable"] for t in written]),
        "sources_ms": spread([t["sources"] for t in written if "sources" in t]),
        "first_cited_sentence_ms": spread([t["first_sentence"] for t in written if "first_sentence" in t]),
        "model_calls": sorted({int(t["calls"]) for t in written}),
    }


def main() -> None:
    options = parser("overhead", __doc__)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--passages", type=int, default=2000)
    options.add_argument("--first", type=float, default=0.2, help="the model's own seconds to its first token")
    options.add_argument("--rate", type=float, default=50, help="words a second")
    options.add_argument("--port", type=int, default=9471)
    options.add_argument("--sparse", action="store_true", help="do not wait for the vectors of the passages")
    given = options.parse_args()
    paced = ["--port", str(given.port), "--first", str(given.first), "--rate", str(given.rate)]
    command = [sys.executable, "-m", "pincite.testing.model_server", *paced]
    with recording("overhead", given.out) as figures, running(command, "stdout", "models at ") as (url, _):
        figures |= asyncio.run(measure(url, given))


if __name__ == "__main__":
    main()
