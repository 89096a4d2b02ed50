"""What does a stranger with the link of a thread see? A share: a secret address, and what was left out of it.

A share opens nothing but what ``shown`` makes of the thread's answers: never the thread itself, its files, settings,
costs or errors. It is live: later answers belong to it. Taking it back deletes its address, and the next reader finds
nothing; shared again, the thread has another address.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from pincite.errors import NotFound
from pincite.library import reads, records
from pincite.library.records import Transaction
from pincite.library.tables import shares, threads
from pincite.types import (
    QUERIED,
    Actor,
    Answer,
    Document,
    Filters,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Table,
    Usage,
    Verdict,
)


class Visibility(StrEnum):
    """Who may read a thread or a collection beside those whose it is."""

    PRIVATE = "private"
    LINK = "link"
    """Whoever has the address; search engines are told to pass by."""
    PUBLIC = "public"
    """Everybody; search engines may list it."""


class Left(StrEnum):
    """What can be left out of a share."""

    FILES = "files"
    """Sources that are not on the web: their titles, their passages, and the sentences that rest on nothing else."""
    NAMES = "names"
    """Of those who asked."""
    ROWS = "rows"
    """Of databases: the tables, their queries and what is quoted of them. Sentences stay."""


HIDDEN_TITLE = "A file that is not shared"
HIDDEN_ROWS = "Rows of a database that are not shared"
GAP = "[…]"
"""In the place of a sentence that rests on nothing but files that are not shared."""
_SIGNS = re.compile(r"[\s>#*+|-]*")
AUTHOR = Actor(id="author", kind="person", name="The author")
SOMEBODY = Actor(id="somebody", kind="anonymous", name="Somebody")


@dataclass(frozen=True)
class Share:
    """A thread's address for others."""

    token: str
    thread_id: str
    visibility: Visibility
    leaves_out: frozenset[Left]


def put(transaction: Transaction, thread_id: str, visibility: Visibility, leaves_out: Collection[Left]) -> Share | None:
    """The thread's share from now on; ``None`` for a private one. Raises ``NotFound``.

    A thread that is shared already keeps its address.
    """
    connection = transaction.connection
    kept = select(threads.c.number).where(threads.c.id == thread_id, threads.c.binned.is_(None))
    number = connection.execute(kept).scalar()
    if number is None:
        raise records.no_thread(thread_id)
    if visibility is Visibility.PRIVATE:
        connection.execute(delete(shares).where(shares.c.thread == number))
        return None
    values = {"visibility": visibility, "leaves_out": json.dumps(sorted(set(leaves_out)))}
    if not connection.execute(update(shares).where(shares.c.thread == number).values(**values)).rowcount:
        connection.execute(insert(shares).values(token=secrets.token_urlsafe(18), thread=number, **values))
    return of(connection, thread_id)


def withholds_files(connection: Connection, thread_id: str, asker: str) -> bool:
    """Whether the thread's share leaves its files out, and ``asker`` is not whose thread it is."""
    share = of(connection, thread_id)
    if share is None or Left.FILES not in share.leaves_out:
        return False
    return connection.execute(select(threads.c.owner).where(threads.c.id == thread_id)).scalar() != asker


def of(connection: Connection, thread_id: str) -> Share | None:
    """How a thread is shared; ``None`` if it is private."""
    return _one(connection, threads.c.id == thread_id)


def opened(connection: Connection, token: str) -> Share:
    """The share at an address. Raises ``NotFound``, in the same words for one that was taken back and one that never
    was.
    """
    found = _one(connection, shares.c.token == token)
    if found is None:
        raise NotFound("nothing is shared at this address", hint="ask whoever gave it to you for a new one")
    return found


def _one(connection: Connection, where: ColumnElement[bool]) -> Share | None:
    row = connection.execute(
        select(shares, threads.c.id)
        .join(threads, threads.c.number == shares.c.thread)
        .where(where, threads.c.binned.is_(None))
    ).one_or_none()
    if row is None:
        return None
    left = frozenset(Left(name) for name in json.loads(row.leaves_out))
    return Share(row.token, row.id, Visibility(row.visibility), left)


# ── what is seen ──


@dataclass(frozen=True)
class Shared:
    """A share as whoever has its address sees it."""

    share: Share
    title: str
    updated: datetime
    answers: tuple[Answer, ...]


def read(connection: Connection, token: str) -> Shared:
    """Raises ``NotFound``, as ``opened`` does."""
    share = opened(connection, token)
    thread = reads.thread(connection, share.thread_id)
    answers = reads.answers_of(connection, share.thread_id)
    return Shared(share, thread.title, thread.updated, tuple(shown(answers, share.leaves_out)))


@dataclass(frozen=True)
class Revealed:
    """What a share tells, counted before it is shared."""

    answers: int
    passages: int
    files: tuple[str, ...]
    """Titles of the sources that are not on the web."""
    names: tuple[str, ...]
    """Of those who asked, without whoever shares."""
    databases: tuple[str, ...]
    """Names of those whose rows are shown."""
    rows: int
    """How many of them."""


def revealed(answers: Iterable[Answer]) -> Revealed:
    """What ``answers``, shared whole, would tell."""
    finished = [answer for answer in answers if answer.status is not Status.RUNNING]
    sources = [source for answer in finished for source in answer.sources]
    askers = [answer.question.asker for answer in finished]
    tables = [card.body for answer in finished for card in answer.cards if isinstance(card.body, Table)]
    return Revealed(
        answers=len(finished),
        passages=len({passage.id for source in sources for passage in source.passages}),
        files=tuple(dict.fromkeys(s.document.title or s.document.url for s in sources if _is_file(s))),
        names=tuple(dict.fromkeys(asker.name for asker in askers if asker.kind == "person")),
        databases=tuple(dict.fromkeys(table.label for table in tables)),
        rows=sum(len(table.rows) for table in tables),
    )


def shown(answers: Sequence[Answer], leaves_out: Collection[Left]) -> list[Answer]:
    """The finished ones of ``answers``, as a stranger may see them."""
    # The choices of a form are words of what was found: one that was found in files goes with them.
    hidden = (
        {a.form.id for a in answers if a.form and any(map(_is_file, a.sources))} if Left.FILES in leaves_out else ()
    )
    return [_shown(answer, leaves_out, hidden) for answer in answers if answer.status is not Status.RUNNING]


def _shown(answer: Answer, leaves_out: Collection[Left], hidden_forms: Collection[str]) -> Answer:
    asked = answer.question
    asker = AUTHOR if asked.asker.kind == "anonymous" else asked.asker.model_copy(update={"id": AUTHOR.id})
    question = Question(
        id=asked.id,
        thread_id=asked.thread_id,
        asker=SOMEBODY if Left.NAMES in leaves_out else asker,
        text=asked.text,
        focus=asked.focus,
        filters=Filters(),
        replaces=asked.replaces,
        reply=asked.reply if asked.reply and asked.reply.form_id not in hidden_forms else None,
    )
    form = answer.form if answer.form and answer.form.id not in hidden_forms else None
    bare: dict[str, object] = {
        "form": form,
        "question": question,
        "degraded": (),
        "problem": None,
        "usage": Usage(),
        "timings": {},
        "follow_ups": (),
        "sources": tuple(source.model_copy(update={"signals": {}}) for source in answer.sources),
    }
    told = answer.model_copy(update=bare)
    told = _without_files(told) if Left.FILES in leaves_out else told
    return _without_rows(told) if Left.ROWS in leaves_out else told


def _is_file(source: Source) -> bool:
    return not source.document.url.lower().startswith(("http://", "https://", QUERIED))


def _without_rows(answer: Answer) -> Answer:
    """The sentences that were made of rows, and nothing else of the database."""
    hidden = {source.number for source in answer.sources if source.document.url.startswith(QUERIED)}
    return answer.model_copy(
        update={
            "sources": tuple(_hidden(s, HIDDEN_ROWS) if s.number in hidden else s for s in answer.sources),
            "cards": tuple(card for card in answer.cards if not isinstance(card.body, Table)),
            "sentences": tuple(_moved(sentence, sentence.start, hidden) for sentence in answer.sentences),
        }
    )


def _without_files(answer: Answer) -> Answer:
    """Its files nameless and empty, and a gap where a sentence rests on nothing else."""
    hidden = {source.number for source in answer.sources if _is_file(source)}
    if not hidden:
        return answer
    sources = tuple(_hidden(source) if source.number in hidden else source for source in answer.sources)
    cards = tuple(card for card in answer.cards if not hidden & {c.source for c in card.citations})
    text, sentences = _with_gaps(answer, hidden)
    return answer.model_copy(update={"sources": sources, "cards": cards, "text": text, "sentences": sentences})


def _hidden(source: Source, title: str = HIDDEN_TITLE) -> Source:
    document = Document(id=f"hidden-{source.number}", url="", title=title, collection="")
    return Source(number=source.number, document=document, passages=())


def _with_gaps(answer: Answer, hidden: set[int]) -> tuple[str, tuple[Sentence, ...]]:
    pieces: list[str] = []
    kept: list[Sentence] = []
    titles = {source.document.title for source in answer.sources if source.number in hidden}
    length = end = 0
    for sentence in sorted(answer.sentences, key=lambda one: one.start):
        before = _between(answer.text[end : sentence.start])
        words = answer.text[sentence.start : sentence.end]
        if _tells_hidden(sentence, words, hidden, titles):
            words = GAP
        start = length + len(before)
        length = start + len(words)
        end = sentence.end
        pieces += [before, words]
        if words is GAP:
            kept.append(Sentence(start=start, end=length, verdict=Verdict.EXEMPT))
        else:
            kept.append(_moved(sentence, start, hidden))
    return "".join([*pieces, _between(answer.text[end:])]), tuple(kept)


def _tells_hidden(sentence: Sentence, words: str, hidden: set[int], titles: Collection[str]) -> bool:
    """May it say what a hidden source says? It rests on nothing else, or on nobody knows what; or it names one."""
    numbers = {citation.source for citation in sentence.citations}
    if numbers:
        return numbers <= hidden
    return sentence.verdict is not Verdict.EXEMPT or any(title in words for title in titles)


def _between(text: str) -> str:
    """What stands outside of sentences: blanks and the signs of lists and headings, else a gap.

    Words there are cut off before anybody could say what they rest on: the answer was stopped in them.
    """
    if _SIGNS.fullmatch(text):
        return text
    bare = text.strip()
    return text.replace(bare, GAP)


def _moved(sentence: Sentence, start: int, hidden: set[int]) -> Sentence:
    by = start - sentence.start
    short = sentence.short and Span(start=sentence.short.start + by, end=sentence.short.end + by)
    open_ = tuple(citation for citation in sentence.citations if citation.source not in hidden)
    moved = {"start": start, "end": sentence.end + by, "short": short, "citations": open_}
    return sentence.model_copy(update=moved)
