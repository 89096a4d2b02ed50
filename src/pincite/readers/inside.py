"""What runs in the process that reads a file that may be hostile? Limits first, then a job a line, originals as lines.

    python -m pincite.readers.inside MEMORY_MB          in: {"path": …, "collection": …, "max_bytes": …, …}
    out: {"pictures": true}?  {"original": …}*  {"problem": …, "hint": …}*  then {"done": "" or why it ended, "hint": …}

The parsers of office files are imported here and nowhere else.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pincite.errors import Unreadable
from pincite.readers import APART, ending, reader_of
from pincite.readers.confine import confine
from pincite.readers.file import File
from pincite.types import Original

try:
    import resource
except ImportError:  # Windows: the deadline alone holds
    resource = None  # type: ignore[assignment]

_OPEN_FILES = 64


def main() -> None:
    # Whatever a parser prints must not stand among our lines.
    out, sys.stdout = sys.stdout, sys.stderr
    limit(int(sys.argv[1]) << 20)
    confine()

    def say(told: Mapping[str, Any]) -> None:
        out.write(json.dumps(told) + "\n")

    for line in sys.stdin:
        for told in answers(json.loads(line), Pictures(say, out.flush)):
            say(told)
        out.flush()


class Pictures:
    """The time for a file's pictures. It begins with the first one, which is said, so that nobody waits in vain."""

    def __init__(self, say: Callable[[Mapping[str, Any]], None], flush: Callable[[], None]) -> None:
        self._say, self._flush = say, flush
        self._until: float | None = None
        self.most_s = 0.0

    def left(self) -> float:
        if self._until is None:
            self._until = time.monotonic() + self.most_s
            self._say({"pictures": True})
            self._flush()
        return self._until - time.monotonic()


def limit(memory_bytes: int) -> None:
    """No more memory than this, nothing written to disk, no dump of what was in memory."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def answers(job: dict[str, Any], pictures: Pictures) -> Iterator[dict[str, Any]]:
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime + job["cpu_s"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    problems: list[Unreadable] = []
    pictures.most_s = job["ocr_s"]
    file = File(
        Path(job["path"]),
        job["collection"],
        job["max_bytes"],
        problems.append,
        job["address"],
        job["ocr_languages"],
        pictures.left,
    )
    left = job["max_chars"]
    try:
        for original in _originals(file):
            left -= len(original.text)
            if left < 0:
                raise file.unreadable(f"it holds more than {job['max_chars']:,} characters of text", "split it")
            yield {"original": original.model_dump(mode="json")}
        for part in problems:
            yield {"problem": part.detail, "hint": part.hint}
        yield {"done": ""}
    except Unreadable as problem:
        yield {"done": problem.detail, "hint": problem.hint}
    except MemoryError:
        yield {"done": "memory"}
    except RecursionError:
        deep = file.unreadable("what it holds is nested too deeply", "save it again with the program that made it")
        yield {"done": deep.detail, "hint": deep.hint}


def _originals(file: File) -> Iterator[Original]:
    """Raises ``Unreadable`` for whatever a parser says about a file that it can't take: the file is wrong, not we."""
    apart = ending(file.path, APART)
    reader = import_module(f"pincite.readers.{APART[apart]}").READER if apart else reader_of(file.path)
    try:
        yield from reader.read(file)
    except (Unreadable, MemoryError, RecursionError):
        raise
    except Exception as error:
        # Parsers of damaged files fail with nearly any exception; this process is made to contain that.
        said = str(error).strip().partition("\n")[0][:200] or type(error).__name__
        raise file.unreadable(f"it is damaged: {said}", "save it again with the program that made it") from error


if __name__ == "__main__":
    main()
