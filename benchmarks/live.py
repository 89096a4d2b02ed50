"""Does a live answer keep its deadline when a provider is dead, another silent and a third talks nonsense?

    python -m benchmarks.live --questions 10

Five search services that speak their real APIs stand on loopback, with the pages that they find. Each question is
asked of a fresh engine twice: with all five well, and with one that resets the connection, one that never answers and
one that sends a page instead of JSON. No breaker is open and no reply is kept, so each question meets the faults.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import parser, recording
from pincite.engine import AnswerEngine
from pincite.settings import FetchSettings, ProviderSettings, Settings, WebSettings
from pincite.testing.loopback import running
from pincite.testing.search_server import SearchServer
from pincite.types import Answer, Question

FAULTS = {"brave": "reset", "serper": "hanging", "searxng": "html"}
PROVIDERS = (*FAULTS, "exa", "google")
KEYS = {"BRAVE_API_KEY": "k", "SERPER_API_KEY": "k", "EXA_API_KEY": "k", "GOOGLE_API_KEY": "k"}


async def asked(world: SearchServer, number: int, deadline_s: float) -> tuple[Answer, float]:
    """The answer of a fresh engine, and the seconds that its search took, passages ranked."""
    services = {name: ProviderSettings(base_url=world.base_url(name), engine="cx") for name in PROVIDERS}
    web = WebSettings(providers=PROVIDERS, services=services, per_host=8, deadline_s=deadline_s)
    with tempfile.TemporaryDirectory(prefix="pincite-live-") as folder:
        settings = Settings(data_dir=Path(folder), fetch=FetchSettings(allow_private=("127.0.0.1",)), web=web)
        async with await AnswerEngine.open(settings, env=KEYS) as engine:
            began = time.perf_counter()
            answer = await engine.answer(Question(text=f"How tall is the Eiffel Tower? ({number})", focus="web"))
            total = time.perf_counter() - began
    return answer, answer.timings.get("gather", total * 1000) / 1000


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {"questions": args.questions, "deadline_s": args.deadline, "faults": FAULTS}
    for case, modes in (("all well", {}), ("three of five fail", FAULTS)):
        answered = named = 0
        took: list[float] = []
        async with running(SearchServer()) as world:
            for number in range(args.questions):
                world.modes = dict(modes)
                answer, seconds = await asked(world, number, args.deadline)
                took.append(seconds)
                answered += "330 metres" in answer.text
                named += {one.part for one in answer.degraded} == set(modes)
        worst = max(took)
        figures[case] = {
            "answered": answered,
            "missing_named": named,
            "search_s": {"median": sorted(took)[len(took) // 2], "max": worst},
            "beyond_deadline_ms": max(0.0, (worst - args.deadline) * 1000),
        }
    return figures


def main() -> None:
    options = parser("live", __doc__)
    options.add_argument("--questions", type=int, default=10)
    options.add_argument("--deadline", type=float, default=1.5, help="web.deadline_s")
    args = options.parse_args()
    with recording("live", args.out) as figures:
        figures |= asyncio.run(measure(args))


if __name__ == "__main__":
    main()
