"""An answer out of a database, as the engine makes one, for the tests of the doors."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.events import Carded, Cited, Event, Finished, Sourced, Started, Wrote
from pincite.types import (
    QUERIED,
    Card,
    Cell,
    Citation,
    Column,
    Document,
    Passage,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Table,
    Verdict,
)

ROWS: tuple[tuple[Cell, ...], ...] = (("USA", 1300, 523.06), ("Côte d'Ivoire | west", 8, 0.1 + 0.2), (None, 1, None))
TABLE = Table(
    database="shop",
    label="Shop",
    title="number of customers by country, most first",
    sql="SELECT country, COUNT(*), SUM(total) FROM customers GROUP BY country",
    tables=("customers",),
    columns=(
        Column(name="country", kind="text"),
        Column(name="customers", kind="number"),
        Column(name="spent", kind="number", unit="USD"),
    ),
    rows=ROWS,
    total=24,
    ms=1.5,
)
TEXT = "Most customers, 1,300, live in the USA."
SAID = "country: USA; customers: 1,300; spent: 523.06 USD"
QUERY = Document(id="q1", url=f"{QUERIED}shop:1", title="Shop: number of customers by country, most first")
SOURCE = Source(
    number=1, document=QUERY, passages=(Passage(id="p1", document=QUERY, text=SAID, start=0, end=len(SAID)),)
)
CITATION = Citation(source=1, passage_id="p1", quote=Span(start=14, end=30), support=1.0)
CARD = Card(id="card1", widget="table", title=TABLE.title, text=TEXT, body=TABLE, citations=(CITATION,))
SENTENCE = Sentence(start=0, end=len(TEXT), citations=(CITATION,), verdict=Verdict.SUPPORTED)


def tabled(answer_id: str, question: Question, card: Card = CARD, sources: Sequence[Source] = (SOURCE,)) -> list[Event]:
    """The whole log of an answer with that card."""
    return [
        Started(answer_id=answer_id, question=question),
        Sourced(sources=tuple(sources)),
        Carded(card=card),
        Wrote(text=TEXT),
        Cited(sentence=SENTENCE),
        Finished(status=Status.ANSWERED),
    ]
