"""How is a file read that may be hostile? By a process of its own, with limits, that is thrown away.

The process gets little memory, some seconds of processor time and a deadline; it can write no file. A parser that
crashes, hangs or eats memory costs that file an ``Unreadable``, and nobody else anything.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from pincite.errors import Unreadable
from pincite.readers.file import File
from pincite.settings import FilesSettings
from pincite.types import Original
from pincite.worker import Broken, Late, TooMuch, Worker

_LONGER = 6
"""Bytes of JSON that a character may take."""
_SPARE = 1 << 20


class Child:
    """Reads files, one after another, in a process that is started when it is needed and again after a failure.

    One for the files of one person: they share the process. Use it in a ``with``; it is for one thread at a time.
    """

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        self._worker = Worker("pincite.readers.inside", [str(int(settings.memory_mb))], ["TESSDATA_PREFIX"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process and all that it started."""
        self._worker.close()

    def kill(self) -> None:
        """Ends the process and all that it started; also from another thread: whoever reads gets ``Unreadable``."""
        self._worker.kill()

    def read(self, file: File) -> Iterator[Original]:
        """The originals in a file. What is wrong with a part of it goes to ``file.report``, where there is one.

        Raises ``Unreadable`` if the file is damaged, or if reading it takes more than the settings allow.
        """
        if not self._worker.runs:
            self._worker.start()
        done = False
        try:
            for told in self._told(file):
                if "original" in told:
                    yield Original.model_validate(told["original"])
                elif "problem" in told:
                    if file.report is None:
                        raise Unreadable(told["problem"], hint=told["hint"])
                    file.report(Unreadable(told["problem"], hint=told["hint"]))
                elif told["done"] == "memory":
                    raise self._memory(file)
                else:
                    done = True
                    if told["done"]:
                        raise Unreadable(told["done"], hint=told["hint"])
        finally:
            if not done:
                self.close()

    def _told(self, file: File) -> Iterator[dict[str, Any]]:
        """What the process says, until it is done with this file."""
        extended, most = False, int(self._settings.max_text_mb * 1e6) * _LONGER + _SPARE
        try:
            self._worker.hand(self._job(file))
            for told in self._worker.lines(self._settings.deadline_s, most):
                if "pictures" in told and not extended:
                    extended = True
                    self._worker.extend(self._settings.ocr_s)
                else:
                    yield told
                if "done" in told:
                    return
        except Late:
            raise self._time(file) from None
        except TooMuch:
            raise file.unreadable("it holds more text than is taken from one file", "split it") from None
        except Broken as broken:
            raise self._broken(broken.code, file) from None

    def _job(self, file: File) -> dict[str, Any]:
        return {
            "path": str(file.path.absolute()),
            "collection": file.collection,
            "max_bytes": file.max_bytes,
            "address": file.address,
            "cpu_s": self._settings.cpu_s,
            "ocr_s": self._settings.ocr_s,
            "ocr_languages": self._settings.ocr_languages,
            "max_chars": int(self._settings.max_text_mb * 1e6),
        }

    def _broken(self, code: int | None, file: File) -> Unreadable:
        """The process has ended without having said why."""
        if code is not None and -code in {getattr(signal, "SIGXCPU", 0), signal.SIGTERM}:
            return self._time(file)
        return file.unreadable(
            f"its parser broke down ({signal.Signals(-code).name if code is not None and code < 0 else code})",
            "open it and save it again; it may also need more than files.memory_mb",
        )

    def _time(self, file: File) -> Unreadable:
        return file.unreadable(
            f"reading it takes more than {self._settings.cpu_s:.0f} s of processor time, "
            f"or {self._settings.deadline_s:.0f} s in all",
            "raise files.cpu_s and files.deadline_s, or split it",
        )

    def _memory(self, file: File) -> Unreadable:
        return file.unreadable(
            f"reading it takes more than {self._settings.memory_mb:.0f} MB of memory",
            "raise files.memory_mb, or split it",
        )
