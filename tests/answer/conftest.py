"""A small world for the steps of an answer: passages made of plain strings, and a backend that knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pincite.answer.crew import Crew
from pincite.ports import Bounds, Deadline, Query, Support
from pincite.rank.order import Order
from pincite.text.sentences import split
from pincite.text.tokens import content_words, normal
from pincite.types import Document, Hit, Passage

TEXTS = {
    "Eiffel Tower": [
        (
            "The Eiffel Tower is a wrought-iron lattice tower on the Champ de Mars in Paris, "
            "France.[1] It is named after "
            "the engineer Gustave Eiffel, whose company designed and built the tower from 1887 to 1889."
        ),
        (
            "The tower is 330 metres tall and the tallest structure in Paris. Its base is square, "
            "measuring 125 metres on "
            "each side. However, it was at first criticised by some of France's leading artists for its design."
        ),
    ],
    "Blue whale": [
        (
            "The blue whale is a marine mammal and a baleen whale. Reaching a confirmed length of "
            "29.9 metres, it is the "
            "largest animal known ever to have existed. It feeds almost exclusively on krill."
        ),
    ],
    "Honey": [
        (
            "Honey is a sweet and viscous substance made by several species of bees. Bees produce "
            "honey by gathering and "
            "then refining the sugary secretions of plants. Why does honey not spoil? Honey does "
            "not spoil because it "
            "holds little water and is acidic."
        ),
    ],
    "Moon": [
        (
            "The Moon is Earth's only natural satellite. It orbits at an average distance of "
            "384,400 kilometres. Neil "
            "Armstrong was the first person to walk on the Moon, on July 20, 1969."
        ),
    ],
}


def make_hit(title: str, text: str, place: int = 0, score: float = 1.0, backend: str = "index") -> Hit:
    document = Document(id=title.lower(), url=f"https://example.org/{title.replace(' ', '_')}", title=title)
    passage = Passage(
        id=f"{title}-{place}", document=document, text=text, start=place * 1000, end=place * 1000 + len(text)
    )
    return Hit(passage=passage, score=score, backend=backend)


class Shelf:
    """A ``SearchBackend`` over texts: as many shared words as possible."""

    def __init__(self, texts: dict[str, list[str]], name: str = "index") -> None:
        self.name = name
        self.asked: list[str] = []
        self._hits = [make_hit(t, text, n, backend=name) for t, some in texts.items() for n, text in enumerate(some)]

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        self.asked.append(query.text)
        wanted = {normal(word) for word in content_words(query.text)}
        found = []
        for hit in self._hits:
            held = {normal(w) for w in content_words(hit.passage.document.title + " " + hit.passage.text)}
            if wanted & held:
                found.append(hit.model_copy(update={"score": len(wanted & held) / len(wanted)}))
        return sorted(found, key=lambda hit: -hit.score)[: query.limit]


class AlwaysSupported:
    """A ``SupportChecker`` that believes everything."""

    bounds = Bounds()

    def read(self, passages: Sequence[Passage]) -> None:
        """It looks at none."""

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        return [Support(1.0, None) for _ in passages]


@pytest.fixture
def hit() -> Callable[..., Hit]:
    return make_hit


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(TEXTS)


@pytest.fixture
def crew(shelf: Shelf) -> Crew:
    return Crew(backends={"index": shelf}, ranker=Order(), embedder=None, checker=AlwaysSupported())


@pytest.fixture
def spans() -> Callable[[str], list[tuple[int, int]]]:
    return split
