"""How are many files read side by side? Some ahead, each by one of a few children; what they hold comes in their order.

Only what went well counts: a file of which anything could not be read ahead is read again when its turn comes, as if
there were one child. So what is read, what is left out and why does not depend on how many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from pincite.errors import Unreadable
from pincite.readers import ending, jsonl, read
from pincite.readers.child import Child
from pincite.readers.file import File
from pincite.settings import FilesSettings
from pincite.types import Original

_AHEAD = 2
"""Files for each child that are read or being read before their turn; each holds at most ``files.max_text_mb``."""
_BEAT_S = 0.05


class Children:
    """``count`` of them, 1 or more, for the files of one person. With 1, nothing is read ahead.

    Use it in a ``with``, by one thread; leaving it ends them, whatever they are at.
    """

    def __init__(self, settings: FilesSettings, count: int) -> None:
        self._most = _AHEAD * count if count > 1 else 0
        self._own = Child(settings)
        """For what is read when its turn comes."""
        self._ahead = [Child(settings) for _ in range(count)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._ahead:
            self._idle.put(child)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")
        self._waiting: deque[tuple[File, Future[list[Original] | None] | None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        running = [future for _, future in self._waiting if future]
        while not all(future.done() for future in running):
            for child in self._ahead:
                child.kill()
            wait(running, _BEAT_S)  # and again: one may have been about to start its process
        for child in (self._own, *self._ahead):
            child.close()

    def read(self, files: Iterable[File], dump: str | None = None) -> Iterator[tuple[File, Iterator[Original]]]:
        """Each file in its turn, and its originals, which are to be taken before the next file is asked for.

        Asking for them reports and raises what ``readers.read`` does.
        """
        for file in files:
            self._waiting.append((file, self._begun(file, dump)))
            if len(self._waiting) > self._most:
                yield from self._first(dump)
        while self._waiting:
            yield from self._first(dump)

    def _first(self, dump: str | None) -> Iterator[tuple[File, Iterator[Original]]]:
        file, future = self._waiting[0]
        yield file, self._originals(file, future, dump)
        self._waiting.popleft()  # not before: until then, leaving waits for it

    def _begun(self, file: File, dump: str | None) -> Future[list[Original] | None] | None:
        # A dump or a JSON Lines file may be larger than memory: it comes as a stream, here.
        if not self._most or dump or ending(file.path, jsonl.READER.suffixes):
            return None
        return self._threads.submit(self._read_ahead, file)

    def _read_ahead(self, file: File) -> list[Original] | None:
        """All that the file holds; ``None`` if any of it could not be read."""
        child = self._idle.get()
        try:
            return list(child.read(replace(file, report=None)))
        except Unreadable:
            return None
        finally:
            self._idle.put(child)

    def _originals(
        self, file: File, future: Future[list[Original] | None] | None, dump: str | None
    ) -> Iterator[Original]:
        found = future.result() if future else None
        if found is None:
            yield from read(
                file.path,
                collection=file.collection,
                max_bytes=file.max_bytes,
                report=file.report,
                dump=dump,
                child=self._own,
            )
        else:
            yield from found
