"""How do documents come in and go out? ``pincite index``: add, status, rm, repair."""

from __future__ import annotations

import gzip
import lzma
import os
import shlex
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated
from urllib.parse import unquote_to_bytes, urlsplit

import typer

from pincite import readers
from pincite.cli import options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.cli.progress import Bar, duration, size
from pincite.encoders.embed import MiniLM
from pincite.errors import BadInput, Busy, NotFound, PinciteError, Unreadable
from pincite.index import Added, Index
from pincite.readers.children import Children
from pincite.settings import Settings
from pincite.text.many import many
from pincite.types import Original

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="What can be asked about. pincite index PATH… adds files and folders; the rest is below.",
)
PATIENCE_S = 30.0
"""A running server writes for some seconds at a time; whoever writes longer than this is not going to stop soon."""
SHOWN = 10
"""Files that could not be read are named up to this many; then they are counted."""

MOST = 64
"""Processes that may read side by side; each may take files.memory_mb."""


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files and folders.")],
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="Where to put them; default, or a dump's kind.")
    ] = None,
    dump: Annotated[
        str | None, typer.Option("--as", metavar="KIND", help="The paths are dumps: wikipedia or stackexchange.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Stay until they can also be found by meaning, not only by words.")
    ] = True,
    openings: Annotated[
        bool, typer.Option("--openings", help="Stay only until the first passage of each document can be.")
    ] = False,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", help=f"Processes that read files side by side, 1 to {MOST}.")
    ] = 1,
) -> None:
    """Add files and folders: PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, e-mail, HTML, Markdown, text, CSV, JSON.

    JSON lines (title, url, text) are a document a line. Pictures are read where tesseract is installed.

    What is unchanged is left alone, what has changed is replaced: the same command again goes on where it was stopped.
    Ctrl-C at any time loses nothing that was committed. Texts can be found by words as soon as they are in; vectors,
    by which they are found by meaning, are made after that here, or by pincite serve.
    """
    door: Door = context.obj
    for path in paths:
        if not path.exists():
            raise BadInput(f"there is no {path}", hint="name files or folders that exist")
    if dump and dump not in readers.DUMPS:
        raise BadInput(f"no kind of dump is called {dump!r}", hint=f"there are {', '.join(readers.DUMPS)}")
    if not 1 <= processes <= MOST:
        raise BadInput(f"files can't be read by {processes} processes", hint=f"--processes takes 1 to {MOST}")
    if dump and processes > 1:
        raise BadInput(f"a dump is one stream, read by one process, not by {processes}", hint="leave --processes out")
    skipped = _Skipped(door)
    with writing(door) as index:
        how = _Reading(collection or dump or "default", dump, processes)
        added = _add(door, index, paths, how, skipped)
        index.rank_links()
        door.say(_summary(added, skipped.count))
        skipped.passed_by()
        _say_gone(door, index, paths)
        if wait or openings:
            embed(door, index, openings=openings)
    if skipped.named(paths) or (skipped.count and not (added.documents + added.unchanged + added.updated)):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Reading:
    """How files are read."""

    collection: str = "default"
    dump: str | None = None
    processes: int = 1


def _add(door: Door, index: Index, paths: Iterable[Path], how: _Reading, skipped: _Skipped) -> Added:
    """Reads and adds; what was read before a Ctrl-C is committed."""
    passed = (lambda _, __: None) if how.dump else skipped.passed
    files = [file for path in paths for file in readers.walk(path, readers.suffixes(how.dump), passed)]
    bar = Bar(door, "Indexing", "documents")
    counted = _Count(files, known=how.dump is None)
    stop = threading.Event()
    try:
        with _gently(stop):
            originals = _until(stop, _originals(files, how, door.settings, skipped))
            added = index.add(originals, lambda progress: bar.update(progress.done, counted.total))
            index.commit()
    finally:
        counted.stop()
        bar.close()
    if stop.is_set():
        door.say(_summary(added, skipped.count))
        door.warn("stopped; run the same command again to go on")
        raise typer.Exit(130)
    return added


def _originals(files: Iterable[Path], how: _Reading, settings: Settings, skipped: _Skipped) -> Iterator[Original]:
    max_bytes = int(settings.index.max_file_mb * 1_000_000)
    asked = (readers.File(path, how.collection, max_bytes, skipped.line) for path in files)
    with Children(settings.files, how.processes) as children:
        for file, originals in children.read(asked, how.dump):
            try:
                yield from originals
            except Unreadable as problem:
                skipped.file(file.path, problem)


def _until(stop: threading.Event, originals: Iterable[Original]) -> Iterator[Original]:
    for original in originals:
        if stop.is_set():
            return
        yield original


def embed(door: Door, index: Index, *, openings: bool = False) -> None:
    """Makes the vectors that are missing, or only those of ``openings``. Ctrl-C leaves the rest for later."""
    bar = Bar(door, "Making vectors", "passages")
    stop = threading.Event()
    began = time.monotonic()
    try:
        with _gently(stop):
            done = index.embed_pending(stop, lambda p: bar.update(p.done, p.total, p.passages), openings=openings)
    finally:
        bar.close()
    if stop.is_set():
        counts = index.counts()
        door.warn(
            f"stopped; {counts.embedded:,} of {counts.passages:,} passages have vectors, all can be found by words\n"
            "  → pincite serve makes the rest in the background, pincite index the same PATH makes them now"
        )
        raise typer.Exit(130)
    if done:
        took = duration(time.monotonic() - began)
        door.say(f"{many(done, 'passage')} can be found by meaning, too ({took})")


@app.command()
def status(context: typer.Context, as_json: options.Json = False) -> None:
    """Show how much is indexed, and how far the vectors are."""
    door: Door = context.obj
    index = Index.open(door.settings.made().index_dir, None, settings=door.settings.index)
    try:
        found = index.status()
    finally:
        index.close()
    if as_json:
        door.print_json({**vars(found), "directory": str(index.directory)})
        return
    share = f" ({found.embedded / found.passages:.0%})" if found.passages else ""
    rows = {
        "documents": f"{found.documents:,}",
        "passages": f"{found.passages:,}",
        "with vectors": f"{found.embedded:,}{share}",
        "links": f"{found.links:,}{f', {found.links_new:,} changed since ranks were made' if found.links_new else ''}",
        "collections": ", ".join(f"{name} {count:,}" for name, count in found.collections.items()) or "none",
        "languages": ", ".join(f"{name} {count:,}" for name, count in found.languages.items()) or "none",
        "size": size(found.bytes),
        "folder": str(index.directory),
        "writer": f"process {found.writer}" if found.writer else "nobody",
    }
    for name, value in rows.items():
        door.print(f"{name:<13} {value}")


@app.command()
def rm(
    context: typer.Context,
    what: Annotated[list[str] | None, typer.Argument(metavar="URL|PATH…", help="Documents by their address.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option("--collection", metavar="NAME", help="Everything in this collection.")
    ] = None,
) -> None:
    """Take documents out again, by URL, by the file or folder they came from, or by collection."""
    door: Door = context.obj
    if not what and not collection:
        raise BadInput("nothing is named that could go", hint="pincite index rm URL, PATH or --collection NAME")
    with writing(door) as index:
        urls = [url for name in what or () for url in _urls(name, door, index)]
        gone = index.delete(urls=urls, collections=collection or ())
    if not gone:
        names = ", ".join([*(what or ()), *(collection or ())])
        raise NotFound(f"nothing of that is indexed: {names}", hint="pincite index status lists the collections")
    door.say(f"{many(gone, 'document')} removed")


def _urls(name: str, door: Door, index: Index) -> Iterator[str]:
    """The addresses of what a name stands for: itself, or what was read from a file or a folder, also if it is gone."""
    if "://" in name:
        yield name
        return
    path = Path(name)
    known = index.below(_address(path))
    yield from known
    # A file can say itself what its documents are called: one that is not known by its path is asked.
    if path.exists():
        files = (file for file in readers.walk(path, readers.suffixes()) if _address(file) not in known)
        originals = _originals(files, _Reading(), door.settings, _Skipped(door))
        yield from (original.document.url for original in originals)


def _address(path: Path) -> str:
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 — as readers do: symlinks stay


def _say_gone(door: Door, index: Index, paths: Iterable[Path]) -> None:
    """Names what was read below these folders and is there no longer: it is still found, and may be there twice."""
    urls = [url for path in paths if path.is_dir() for url in index.below(_address(path))]
    files = [Path(os.fsdecode(unquote_to_bytes(urlsplit(url).path))) for url in urls]
    gone = [file for file in files if not os.path.lexists(file)]
    if not gone:
        return
    names = [shlex.quote(os.path.relpath(top)) for top in dict.fromkeys(map(_top, gone))]
    more = f" (and {len(names) - SHOWN:,} more)" if len(names) > SHOWN else ""
    door.warn(
        f"still indexed, though the file is gone: {many(len(gone), 'document')}\n"
        f"  → to take out what is gone: pincite index rm {' '.join(names[:SHOWN])}{more}"
    )


def _top(path: Path) -> Path:
    """The file, or the highest folder above it that is gone, too."""
    return next((above for above in reversed(path.parents) if not above.exists()), path)


@app.command()
def repair(context: typer.Context) -> None:
    """Read and check every byte, and mend what is damaged from the kept originals."""
    door: Door = context.obj
    mended = Index.repair(door.settings.made().index_dir, MiniLM.load(), door.settings.index)
    for line in mended:
        door.say(f"mended: {line}")
    door.say("the index is sound" if not mended else "the index is sound again; what was damaged is in quarantine")


# ── parts ──


@contextmanager
def writing(door: Door) -> Iterator[Index]:
    """The index, opened to write once nobody else does."""
    settings = door.settings.index
    index = _open(door, MiniLM.load(settings.embed_threads))
    try:
        for line in index.repaired:
            door.warn(f"the index was damaged and is mended: {line}")
        yield index
    finally:
        index.close()


def _open(door: Door, embedder: MiniLM) -> Index:
    """The index to write to. A running server lets go of it every few seconds; another ``index`` does not."""
    waited = 0.0
    while True:
        try:
            return Index.open(door.settings.made().index_dir, embedder, writer=True, settings=door.settings.index)
        except Busy as busy:
            if waited >= PATIENCE_S:
                raise
            if waited == 0:
                door.say(f"{busy.detail}; waiting for my turn")
            time.sleep(0.25)
            waited += 0.25


@contextmanager
def _gently(stop: threading.Event) -> Iterator[None]:
    """Inside, the first Ctrl-C asks the work to stop at the next good place; a second one leaves at once."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_PASSED = {
    readers.Why.FILLED: "installed packages and caches",
    readers.Why.IGNORED: "what .gitignore leaves out",
}


class _Skipped:
    """What could not be read, said once for each file."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._files: list[Path] = []
        self._types: Counter[str] = Counter()
        self._passed: dict[readers.Why, list[Path]] = {readers.Why.FILLED: [], readers.Why.IGNORED: []}
        self.count = 0

    def passed(self, path: Path, why: readers.Why) -> None:
        """What nobody tries to read."""
        if why is readers.Why.TYPE:
            self._types[path.suffix.lower() or "no ending"] += 1
        else:
            self._passed[why].append(path)

    def passed_by(self) -> None:
        """Says which folders and ignored files, and how many files of which types."""
        for why, paths in self._passed.items():
            if not paths:
                continue
            shown = ", ".join(os.path.relpath(path) for path in paths[:SHOWN])
            more = f" and {len(paths) - SHOWN:,} others" if len(paths) > SHOWN else ""
            self._door.warn(f"passed by: {_PASSED[why]}: {shown}{more}\n  → to read one: pincite index add PATH")
        if number := self._types.total():
            shown = ", ".join(f"{name} {count:,}" for name, count in self._types.most_common(SHOWN))
            more = f" and {len(self._types) - SHOWN:,} other types" if len(self._types) > SHOWN else ""
            self._door.warn(f"passed by: {many(number, 'file')} of types that pincite does not read: {shown}{more}")

    def file(self, path: Path, problem: Unreadable) -> None:
        self._files.append(path)
        self.line(problem)

    def line(self, problem: PinciteError) -> None:
        self.count += 1
        if self.count <= SHOWN:
            self._door.warn(f"left out: {problem.detail}{f' → {problem.hint}' if problem.hint else ''}")
        elif self.count == SHOWN + 1:
            self._door.warn("left out: more; only their number is shown from here on")

    def named(self, paths: Iterable[Path]) -> bool:
        """One of them was asked for by its own name."""
        return bool(set(self._files) & set(paths))


class _Count:
    """How many documents there are, counted beside the work so that nobody waits for it. ``None`` until known."""

    def __init__(self, files: list[Path], *, known: bool) -> None:
        """``known`` is false where counting would take as long as reading."""
        self.total: int | None = None
        self._stopped = not known
        self._thread = threading.Thread(target=self._count, args=(files,), name="count", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._thread.join()

    def _count(self, files: list[Path]) -> None:
        total = 0
        for file in files:
            if self._stopped:
                return
            total += self._lines(file) if ".jsonl" in file.name or file.suffix == ".ndjson" else 1
        if not self._stopped:
            self.total = total

    def _lines(self, file: Path) -> int:
        openers: dict[str, Callable[..., object]] = {".gz": gzip.open, ".xz": lzma.open}
        count = 0
        try:
            with openers.get(file.suffix, open)(file, "rb") as source:
                while not self._stopped and (piece := source.read(1 << 20)):
                    count += piece.count(b"\n")
        except (OSError, EOFError, lzma.LZMAError):
            return count  # whoever reads it says what is wrong with it
        return count


def _summary(added: Added, skipped: int) -> str:
    parts = [many(added.documents, "new document")]
    parts += [f"{added.updated:,} changed"] if added.updated else []
    parts += [f"{added.unchanged:,} unchanged"] if added.unchanged else []
    parts += [f"{skipped:,} left out"] if skipped else []
    found = f"; {many(added.passages, 'more passage')} can be found by words"
    return ", ".join(parts) + (found if added.passages else "")
