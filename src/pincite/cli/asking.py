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
from pincite.cli.named import find
from pincite.cli.render import Painter
from pincite.engine import AnswerEngine
from pincite.errors import BadInput, NotFound
from pincite.events import Stamped, fold
from pincite.index import Index
from pincite.ports import Deadline
from pincite.settings import Settings
from pincite.types import QUERIED, UPLOADED, Answer, Question, Status, new_id

ANSWERED, FAILED, NOTHING, STOPPED = 0, 1, 3, 130
PIPED = "Standard input.txt"
"""What a text that came in by a pipe is called among the files."""
EMBEDDED_S = 5.0
"""How long a piped text is waited for until it can also be found by meaning; a longer one is found by words."""
LOOK_S = 0.02
INSTANT = "instant"
"""What the card of the short answer that was read names as its widget; it stands beside the text that cites it."""


def exit_code(answer: Answer) -> int:
    """What a script may rely on. What a widget worked out is an answer that rests on no source."""
    if answer.status is Status.STOPPED:
        return STOPPED
    if answer.status in {Status.FAILED, Status.INTERRUPTED}:
        return FAILED
    cited = any(sentence.citations for sentence in answer.sentences) and not answer.declined
    worked_out = any(card.widget != INSTANT for card in answer.cards)
    ours = answer.usage.writer is None and not any(one.part == "sources" for one in answer.degraded)
    return ANSWERED if cited or worked_out or ours or answer.status is Status.WAITING else NOTHING


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[AnswerEngine]:
    async with await AnswerEngine.open(settings) as engine:
        yield engine


@contextlib.asynccontextmanager
async def attaching(engine: AnswerEngine, question: Question, piped: str) -> AsyncIterator[Question]:
    """The question with the piped text as the file that it is about, if there is one; it goes with its last thread.

    Read, and found by meaning if it is not long, before anything is asked: nobody hands it in ahead of the question.
    Unless the question is kept, neither is the file.
    Raises ``BadInput`` for a text that can't be read, and as ``Focuses.aim``.
    """
    if not piped:
        yield question
        return
    await asyncio.to_thread(engine.focuses.aim, question)  # a slip is told before anything is read
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        content = Path(folder) / "content"
        await asyncio.to_thread(content.write_text, piped, encoding="utf-8")
        upload = await engine.files.take(PIPED, content, question.asker.id, with_threads=True)
    try:
        await engine.files.ready([upload.id], Deadline.after(engine.settings.files.deadline_s))
        upload = await asyncio.to_thread(engine.files.uploads.get, upload.id)
        if upload.status == "failed":
            raise BadInput(f"what was piped in {upload.why.removeprefix(f'{PIPED} ')}", hint=upload.hint)
        await _embedded(engine.files.uploads.index_dir(upload.id), Deadline.after(EMBEDDED_S))
        yield question.model_copy(update={"file_ids": (upload.id,)})
    finally:
        if not engine.files.uploads.get(upload.id).asked:
            await engine.files.close()  # whoever still makes its vectors would write it anew
            await engine.files.remove(upload.id)


async def _embedded(directory: Path, deadline: Deadline) -> None:
    """Waits until every passage has its vector, or the deadline."""
    with contextlib.closing(await asyncio.to_thread(Index.open, directory, None)) as index:
        while deadline.left() > 0:
            status = await asyncio.to_thread(index.status)
            if status.embedded >= status.passages:
                return
            await asyncio.sleep(LOOK_S)


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
    note(engine, answer.question.text, door)
    if answer.status is not Status.WAITING or answer.form is None:
        return answer
    reply = form.answered(answer.form, door) if sys.stdin.isatty() and door.rich and interactive() else None
    if reply is None:
        door.say(form.how(answer))
        return answer
    replied = {"id": new_id(), "text": answer.question.text, "reply": reply}
    return await follow(engine, answer.question.model_copy(update=replied), door, style=style, why=why)


def note(engine: AnswerEngine, text: str, door: Door) -> None:
    """Says so where the text begins with what looks like a focus and is none."""
    if said := engine.focuses.unmeant(text):
        door.say(f"note: {said}")


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


async def thread_id(engine: AnswerEngine, name: str) -> str:
    """The id of the thread that is meant, as ``pincite threads`` names it. Raises ``BadInput`` for none and several."""
    try:
        return (await find(engine.library, name)).id
    except NotFound as error:
        raise BadInput(error.detail, hint=error.hint) from None


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
        if source.number == number and source.document.url.startswith(UPLOADED):
            raise BadInput(
                f"source {number} is a file that was handed in", hint="see it on the page: pincite serve --open"
            )
        if source.number == number:
            door.say(f"opening {source.document.url}")
            webbrowser.open(source.document.url)
            return
    known = f"1 to {len(answer.sources)}" if answer.sources else "none"
    raise BadInput(f"the answer has no source {number}; there are: {known}", hint="they are listed below the answer")
