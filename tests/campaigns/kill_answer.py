"""Does a killed process lose what it had acknowledged? Kill -9 a real one while it answers, open again, and compare.

    python -m tests.campaigns.kill_answer --rounds 200 [--seed 1] [--url postgresql://…]

Each round forks a process that begins answers and appends events as fast as it can, and writes a line to a pipe for
everything that the library acknowledged to it. It is killed at a random moment. Then the library is opened again and
must hold every acknowledged event exactly once and in order, and every answer must be closed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter

from tests.campaigns.given import run

from pincite.events import Failed, Finished, Started, Wrote, fold
from pincite.library import Library
from pincite.types import Question, Status, new_id

AT_ONCE = 8


def write(url: str, seed: int, pipe: int) -> None:
    """The process that will die: answers questions until it does."""
    dice = random.Random(seed)

    def acknowledge(answer_id: str, seq: int) -> None:
        os.write(pipe, f"{answer_id} {seq}\n".encode())  # shorter than PIPE_BUF: never torn

    async def answer(library: Library) -> None:
        question, answer_id = Question(text="What is kept?", thread_id=f"t{dice.randrange(4)}"), new_id()
        await library.begin(question, answer_id, key=answer_id, body_hash="h")
        acknowledge(answer_id, 0)
        opened = await library.append(answer_id, [Started(answer_id=answer_id, question=question)])
        acknowledge(answer_id, opened[-1].seq)
        seq = 1
        for _ in range(dice.randrange(5, 60)):
            bundle = range(seq + 1, seq + 1 + dice.choice((1, 1, 1, 2, 5)))
            kept = await library.append(answer_id, [Wrote(text=f"{n} ") for n in bundle])
            assert [stamped.seq for stamped in kept] == list(bundle)
            seq = bundle[-1]
            acknowledge(answer_id, seq)
        last = await library.append(answer_id, [Finished(status=Status.ANSWERED)])
        acknowledge(answer_id, last[-1].seq)

    async def forever() -> None:
        async def again(library: Library) -> None:
            while True:
                await answer(library)

        async with await Library.open(url) as library:
            await library.recover()
            await asyncio.gather(*(again(library) for _ in range(AT_ONCE)))

    asyncio.run(forever())


def kill_one(url: str, seed: int) -> dict[str, int]:
    """Start a writer and kill it; by answer, the last event that was acknowledged."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            write(url, seed, writing)
        finally:
            os._exit(70)  # it should have been killed
    os.close(writing)
    acknowledged: dict[str, int] = {}
    with os.fdopen(reading, "rb") as lines:
        first = lines.readline()
        time.sleep(random.Random(seed).uniform(0, 0.15))
        os.kill(pid, signal.SIGKILL)
        for line in (first, *lines):
            answer_id, seq = line.split()
            acknowledged[answer_id.decode()] = int(seq)
    _, status = os.waitpid(pid, 0)
    if os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"the writer ended by itself: {status}")
    return acknowledged


async def judge(url: str, acknowledged: dict[str, int]) -> Counter[str]:
    """What became of everything that was acknowledged."""
    found: Counter[str] = Counter(answers=len(acknowledged), events=sum(acknowledged.values()))
    async with await Library.open(url) as library:
        start = time.perf_counter()
        closed = await library.recover()
        found["recover_ms"] = round((time.perf_counter() - start) * 1000)
        found["recovered"] = len(closed)
        found["unclosed"] = len(await library.recover())
        for answer_id, last in acknowledged.items():
            log = await library.events(answer_id)
            seqs = [stamped.seq for stamped in log]
            texts = [int(s.event.text) for s in log if isinstance(s.event, Wrote)]
            found["lost"] += len(set(range(1, last + 1)) - set(seqs))
            found["doubled"] += len(seqs) - len(set(seqs)) + len(texts) - len(set(texts))
            found["misplaced"] += seqs != list(range(1, len(seqs) + 1)) or texts != list(range(2, 2 + len(texts)))
            answer = await library.answer(answer_id)
            found["wrong_end"] += not _closed_well(log[-1].event, answer_id in closed, answer.status)
            found["wrong_fold"] += answer != fold(stamped.event for stamped in log)
            found["failed_unsaid"] += answer_id in closed and not isinstance(log[-2].event, Failed)
            again = await library.begin(Question(text="What is kept?"), new_id(), key=answer_id, body_hash="h")
            found["key_lost"] += again != answer_id
    return found


def _closed_well(end: object, recovered: bool, status: Status) -> bool:
    expected = Status.INTERRUPTED if recovered else Status.ANSWERED
    return isinstance(end, Finished) and end.status is expected is status


FAULTS = ("lost", "doubled", "misplaced", "wrong_end", "wrong_fold", "failed_unsaid", "key_lost", "unclosed")


def campaign(url: str, rounds: int, seed: int) -> Counter[str]:
    """The sum over all rounds; a fault is a bug. Call it where no thread and no event loop runs: it forks."""
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0), rounds=rounds)
    slowest = 0
    for nth in range(rounds):
        acknowledged = kill_one(url, seed + nth)
        found = asyncio.run(judge(url, acknowledged))
        slowest = max(slowest, found.pop("recover_ms"))
        total.update(found)
        if any(found[fault] for fault in FAULTS):
            print(f"round {nth} (--seed {seed + nth} --rounds 1): {dict(found)}", file=sys.stderr)
    total["slowest_recover_ms"] = slowest
    return total


if __name__ == "__main__":
    sys.exit(run(__doc__, campaign, FAULTS))
