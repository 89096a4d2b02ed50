"""What is asked where a message is longer than a question may be? A few words of it; the rest is an attached text.

As on the page, where a long text that is pasted becomes a file of the question: it is read, searched and cited as one,
a model that writes sees it whole if it is small, and it goes with the last thread that asks about it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pincite.answer.question.plan import MAX_CHARACTERS
from pincite.errors import BadInput, PinciteError
from pincite.text.sentences import split
from pincite.types import Answer, Question
from pincite.web import plans
from pincite.web.acting import Acting

LONGEST = 1500
"""Characters of a paragraph that can be what is asked; two of them are still a question."""


async def ask(engine: Acting, question: Question, history: Sequence[Answer], key: str | None = None) -> str:
    """As ``Acting.ask``, for clients that send the whole conversation; see ``cut`` for a message that is too long.

    The newest of the texts is attached, to the question that it came with: what follows on it is about it too. The same
    text again is the same file. Raises ``BadInput`` for a message of which nothing can be asked, or with too much text.
    """
    questions = [*(answer.question for answer in history), question]
    file_id, fresh = "", False
    for at in reversed(range(len(questions))):
        if len(questions[at].text) <= MAX_CHARACTERS:
            continue
        parts = await asyncio.to_thread(cut, questions[at].text)
        if parts is None:
            if questions[at] is question:
                raise BadInput(
                    f"the last message has {len(question.text):,} characters, and nothing at its beginning or its end "
                    f"is short enough to be its question; {LONGEST:,} are the most",
                    hint="put the question into a paragraph of its own, before or behind the text",
                )
            continue
        changes: dict[str, object] = {"text": parts[0]}
        if parts[1] and not file_id:
            file_id, fresh = await _attached(engine, parts[1])
            changes["file_ids"] = (file_id,)
        questions[at] = questions[at].model_copy(update=changes)
    before = [one.model_copy(update={"question": said}) for one, said in zip(history, questions[:-1], strict=True)]
    try:
        return await engine.ask(questions[-1], key=key, history=before)
    except PinciteError:
        if fresh:
            with suppress(PinciteError):  # the key may ask, but not delete
                await engine.remove(file_id)
        raise


def cut(message: str) -> tuple[str, str] | None:
    """What ``message`` asks, and the text that it asks about; ``None`` if there is nothing short enough to be asked.

    Asked is its first or its last paragraph: the one with a question mark or with a colon at its end; both, if both
    have one; the shorter, if neither. Where both are longer than ``LONGEST`` it is the first or last line, then the
    first or last sentence. A paragraph with a code fence is never asked.
    """
    text = "\n".join(line.rstrip() for line in message.strip().splitlines())
    if len(text) <= MAX_CHARACTERS:  # the rest was blanks
        return text, ""
    for first, last in _ends(text):
        ends = [span for span in (first, last) if _askable(text[slice(*span)])]
        if not ends:
            continue
        wanted = [span for span in ends if _asks(text[slice(*span)])]
        chosen = wanted or [min(ends, key=lambda span: span[1] - span[0])]
        asked = "\n\n".join(text[slice(*span)].strip() for span in chosen)
        start = first[1] if first in chosen else 0
        end = last[0] if last in chosen else len(text)
        return asked, text[start:end].strip()
    return None


Span = tuple[int, int]


def _ends(text: str) -> Iterator[tuple[Span, Span]]:
    """Where the first and the last paragraph stand, then line, then sentence; only where there are two."""
    for mark in ("\n\n", "\n"):
        if mark in text:
            yield (0, text.index(mark)), (text.rindex(mark), len(text))
    sentences = split(text)
    if len(sentences) > 1:
        yield sentences[0], sentences[-1]


def _askable(piece: str) -> bool:
    return len(piece) <= LONGEST and "```" not in piece and any(c.isalnum() for c in piece)


def _asks(piece: str) -> bool:
    return any(mark in piece for mark in "?？؟") or piece.rstrip().endswith((":", "："))


async def _attached(engine: Acting, text: str) -> tuple[str, bool]:
    """The id of the file that has ``text``, and whether it is a new one."""
    content = text.encode("utf-8", "replace")
    most = plans.most_mb(engine.plan, engine.settings)
    if len(content) > most * 1e6:
        raise BadInput(
            f"the text of a message has {len(content) / 1e6:.1f} MB, and {most:g} MB are the most",
            hint="shorten it; who runs the server can raise index.max_file_mb",
        )
    name = f"pasted text {sha256(content).hexdigest()[:8]}.txt"
    for known in await engine.uploads():
        if (known.name, known.bytes, known.with_threads) == (name, len(content), True) and known.status != "failed":
            return known.id, False
    with tempfile.TemporaryDirectory(prefix="pincite-pasted-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "content"
        await asyncio.to_thread(path.write_bytes, content)
        return (await engine.take(name, path, with_threads=True)).id, True
