"""How is a file read that may be hostile? By a process of its own, with limits, that is thrown away.

The process gets a clean environment, little memory, some seconds of processor time and a deadline; it can write no
file. A parser that crashes, hangs or eats memory costs that file an ``Unreadable``, and nobody else anything.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self, cast

from pincite.errors import Unreadable
from pincite.readers.file import File
from pincite.settings import FilesSettings
from pincite.types import Original

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TESSDATA_PREFIX")
"""Of the environment; keys and tokens are not among them."""
_PIECE = 1 << 16
_LONGER = 6
"""Bytes of JSON that a character may take."""
_SPARE = 1 << 20
_GRACE_S = 1.0


class Child:
    """Reads files, one after another, in a process that is started when it is needed and again after a failure.

    One for the files of one person: they share the process. Use it in a ``with``; it is for one thread at a time.
    """

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process and all that it started."""
        self.kill()
        process, self._process = self._process, None
        if process is None:
            return
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                cast("IO[bytes]", pipe).close()

    def kill(self) -> None:
        """Ends the process and all that it started; also from another thread: whoever reads gets ``Unreadable``."""
        process = self._process
        if process is None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

    def read(self, file: File) -> Iterator[Original]:
        """The originals in a file. What is wrong with a part of it goes to ``file.report``, where there is one.

        Raises ``Unreadable`` if the file is damaged, or if reading it takes more than the settings allow.
        """
        process = self._started()
        job = {
            "path": str(file.path.absolute()),
            "collection": file.collection,
            "max_bytes": file.max_bytes,
            "address": file.url,
            "cpu_s": self._settings.cpu_s,
            "ocr_s": self._settings.ocr_s,
            "ocr_languages": self._settings.ocr_languages,
            "max_chars": int(self._settings.max_text_mb * 1e6),
        }
        done = False
        try:
            self._hand(process, job, file)
            for told in self._lines(process, file):
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

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603 — this Python, and a number
                [sys.executable, "-P", "-m", "pincite.readers.inside", str(int(self._settings.memory_mb))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                start_new_session=True,
            )
        return self._process

    def _hand(self, process: subprocess.Popen[bytes], job: dict[str, Any], file: File) -> None:
        pipe = cast("IO[bytes]", process.stdin)
        try:
            pipe.write(json.dumps(job).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise self._broken(process, file) from None

    def _lines(self, process: subprocess.Popen[bytes], file: File) -> Iterator[dict[str, Any]]:
        """What the process says, until it is done with this file."""
        until, extended = time.monotonic() + self._settings.deadline_s, False
        pipe = cast("IO[bytes]", process.stdout)
        most = int(self._settings.max_text_mb * 1e6) * _LONGER + _SPARE
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise self._time(file)
                piece = os.read(pipe.fileno(), _PIECE)
                size += len(piece)
                if not piece:
                    raise self._broken(process, file)
                if size > most:
                    raise file.unreadable("it holds more text than is taken from one file", "split it")
                *whole, rest = piece.split(b"\n")
                for end in whole:
                    told = json.loads(b"".join([*pieces, end]))
                    pieces.clear()
                    if "pictures" in told and not extended:
                        extended, until = True, until + self._settings.ocr_s
                    else:
                        yield told
                    if "done" in told:
                        return
                pieces.append(rest)

    def _broken(self, process: subprocess.Popen[bytes], file: File) -> Unreadable:
        """The process has ended without having said why."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        code = process.returncode
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
