"""How is a question asked from a terminal? Open the engine, follow the answer, stop when told to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from pincite.cli import form
from pincite.cli.door import Door, interactive
from pincite.cli.render import Painter
from pincite.engine import AnswerEngine
from pincite.errors import BadInput, NotFound
from pincite.events import Stamped, fold
from pincite.index import Index
from pincite.settings import Settings
from pincite.types import QUERIED, Answer, Document, Original, Question, Status, new_id

ANSWERED, FAILED, NOTHING, STOPPED = 0, 1, 3, 130
PIPED = "standard-input"
"""The collection, and the address, of a text that came in by a pipe."""


def exit_code(answer: Answer) -> int:
    """What a script may rely on."""
    if answer.status is Status.STOPPED:
        return STOPPED
    if answer.status in {Status.FAILED, Status.INTERRUPTED}:
        return FAILED
    cited = any(sentence.citations for sentence in answer.sentences)
    return ANSWERED if cited or answer.status is Status.WAITING else NOTHING


@contextlib.asynccontextmanager
async def opened(settings: Settings, piped: str = "") -> AsyncIterator[AnswerEngine]:
    """The engine; over the piped text alone if there is one. What is asked is kept in the same library either way."""
    if not piped:
        async with await AnswerEngine.open(settings) as engine:
            yield engine
        return
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        library = settings.library.model_copy(update={"url": settings.library_url})
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        passing = settings.model_copy(update={"data_dir": Path(folder), "library": library})
        document = Document(url=PIPED, title="Standard input", collection=PIPED)
        await asyncio.to_thread(_take_in, passing, Original(document=document, text=piped))
        async with await AnswerEngine.open(passing) as engine:
            yield engine


def _take_in(settings: Settings, original: Original) -> None:
    with contextlib.closing(Index.open(settings.index_dir, None, writer=True, settings=settings.index)) as index:
        index.add([original])


async def follow(engine: AnswerEngine, question: Question, door: Door, *, style: str, why: bool) -> Answer:
    """Asks, shows what happens, and returns the answer. Ctrl-C stops it; a second one leaves at once.

    In copilot mode the first Ctrl-C asks for the answer now, the second one stops it.
    """
    answer_id = await engine.ask(question)
    log: list[Stamped] = []
    with stopping(engine, answer_id, hurry=question.mode == "copilot"):
        if style == "jsonl":
            async for stamped in engine.follow(answer_id):
                log.append(stamped)
                sys.stdout.write(stamped.model_dump_json() + "\n")
                sys.stdout.flush()
        elif style == "json":
            log = [stamped async for stamped in engine.follow(answer_id)]
            door.print_json(fold(s.event for s in log).model_dump(mode="json"))
        else:
            with Painter(door, stream=style == "stream", why=why) as painter:
                async for stamped in engine.follow(answer_id):
                    log.append(stamped)
                    painter.draw(stamped.event)
    return fold(stamped.event for stamped in log)


async def talked(engine: AnswerEngine, question: Question, door: Door, *, style: str, why: bool) -> Answer:
    """As ``follow``; where the answer asks back, a person at the terminal is asked; others are told how to reply."""
    answer = await follow(engine, question, door, style=style, why=why)
    if answer.status is not Status.WAITING or answer.form is None:
        return answer
    reply = form.answered(answer.form, door) if sys.stdin.isatty() and door.rich and interactive() else None
    if reply is None:
        door.say(form.how(answer))
        return answer
    replied = {"id": new_id(), "text": answer.question.text, "reply": reply}
    return await follow(engine, answer.question.model_copy(update=replied), door, style=style, why=why)


@contextlib.contextmanager
def stopping(engine: AnswerEngine, answer_id: str, *, hurry: bool = False) -> Iterator[None]:
    """Inside, Ctrl-C stops the answer and keeps its text. With ``hurry`` the first one asks for the answer now."""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    def interrupt() -> None:
        nonlocal hurry
        if hurry:
            hurry = False
            tasks.append(asyncio.create_task(engine.answer_now(answer_id)))
            return
        loop.remove_signal_handler(signal.SIGINT)
        tasks.append(asyncio.create_task(engine.stop(answer_id)))

    if sys.platform == "win32":  # its loops take no signal handlers; Ctrl-C leaves at once, the log keeps the text
        yield
        return
    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def latest(engine: AnswerEngine) -> list[Answer]:
    """The answers of the thread that was used last. Raises ``NotFound`` where nothing was ever asked."""
    threads = await engine.library.threads(limit=1)
    if not threads:
        raise NotFound("nothing was asked yet", hint='ask something: pincite "what causes tides?"')
    return await engine.library.answers(threads[0].id)


def open_source(answer: Answer, number: int, door: Door) -> None:
    """Opens a source in the browser. Raises ``BadInput`` for a number that the answer does not have."""
    for source in answer.sources:
        if source.number == number and source.document.url.startswith(QUERIED):
            raise BadInput(f"source {number} is a query", hint="its rows and its SQL stand in the answer")
        if source.number == number:
            door.say(f"opening {source.document.url}")
            webbrowser.open(source.document.url)
            return
    known = f"1 to {len(answer.sources)}" if answer.sources else "none"
    raise BadInput(f"the answer has no source {number}; there are: {known}", hint="they are listed below the answer")
