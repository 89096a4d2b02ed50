"""How much does the durable log cost? Many answers write at a steady rate; each append is timed until it is kept.

    python -m benchmarks.log --answers 200 --rate 50 --seconds 10 [--url postgresql://…] [--viewers 1]

Told are events a second, milliseconds an append takes (p50, p99), the CPU that the process used for it.
The clock of an append starts when its event was due, so that a writer that falls behind is not flattered.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.record import parser, recording
from pincite.events import Finished, Started, Wrote
from pincite.library import Library
from pincite.types import Question, Status, new_id


async def run(url: str, answers: int, rate: float, seconds: float, viewers: int) -> dict[str, float]:
    waits: list[float] = []
    begins: list[float] = []
    lags: list[float] = []

    async def view(answer_id: str) -> int:
        return [stamped.seq async for stamped in library.tail(answer_id)][-1]

    async def write(nth: int) -> None:
        question, answer_id = Question(text=f"What is the {nth}th question of this benchmark?"), new_id()
        start = time.perf_counter()
        await library.begin(question, answer_id)
        begins.append(time.perf_counter() - start)
        watching = [asyncio.create_task(view(answer_id)) for _ in range(viewers)]
        await library.append(answer_id, [Started(answer_id=answer_id, question=question)])
        await begun.wait()
        first = time.perf_counter() + nth / answers / rate
        for tick in range(int(seconds * rate * (1 - nth / answers / 4))):  # they don't all end in one moment
            due = first + tick / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            lags.append(time.perf_counter() - due)
            await library.append(answer_id, [Wrote(text=" whales are")])
            waits.append(time.perf_counter() - due)
        last = await library.append(answer_id, [Finished(status=Status.ANSWERED)])
        assert await asyncio.gather(*watching) == [last[-1].seq] * viewers

    begun = asyncio.Barrier(answers)
    async with await Library.open(url) as library:
        start, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(write(nth) for nth in range(answers)))
        elapsed, used = time.perf_counter() - start, time.process_time() - cpu
    return {
        "events_per_s": round(len(waits) / elapsed),
        "append_p50_ms": round(statistics.median(waits) * 1000, 2),
        "append_p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 2),
        "late_p99_ms": round(statistics.quantiles(lags, n=100)[98] * 1000, 2),
        "begin_p50_ms": round(statistics.median(begins) * 1000, 2),
        "cpu_us_per_event": round(used / len(waits) * 1e6, 1),
        "cores": round(used / elapsed, 2),
    }


def main() -> None:
    options = parser("log", __doc__)
    options.add_argument("--answers", type=int, default=200)
    options.add_argument("--rate", type=float, default=50)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--viewers", type=int, default=0)
    options.add_argument("--url", help="a PostgreSQL instead of a new SQLite file")
    given = options.parse_args()
    with recording("log", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-bench-") as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'library.sqlite3'}"
        figures |= {"database": url.split(":")[0], "answers": given.answers, "rate": given.rate}
        figures["viewers"] = given.viewers
        figures |= asyncio.run(run(url, given.answers, given.rate, given.seconds, given.viewers))


if __name__ == "__main__":
    main()
