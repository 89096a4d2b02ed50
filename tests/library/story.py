"""What happens in a library's life? Short logs that obey the grammar, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.events import Event, Finished, Sourced, Started, Wrote
from pincite.library import Library
from pincite.types import Document, Passage, Question, Source, Status, new_id


def source(text: str = "Whales are mammals.", title: str = "Whale", number: int = 1) -> Source:
    document = Document(id=f"d{number}", url=f"https://example.org/{number}", title=title)
    passage = Passage(id=f"p{number}", document=document, text=text, start=0, end=len(text))
    return Source(number=number, document=document, passages=(passage,))


def story(answer_id: str, question: Question, *texts: str, sources: Sequence[Source] = ()) -> list[Event]:
    """A whole log, from ``Started`` to ``Finished``."""
    return [
        Started(answer_id=answer_id, question=question),
        *([Sourced(sources=tuple(sources))] if sources else []),
        *(Wrote(text=text) for text in texts),
        Finished(status=Status.ANSWERED),
    ]


async def answered(
    library: Library, text: str, *texts: str, thread_id: str | None = None, sources: Sequence[Source] = ()
) -> str:
    """Ask and answer at once; the answer's id."""
    question = Question(text=text, thread_id=thread_id or new_id())
    answer_id = await library.begin(question, new_id())
    await library.append(answer_id, story(answer_id, question, *texts, sources=sources))
    return answer_id


async def no_files(owner: str) -> None:
    """Forgets the files of a person where nobody has any."""
