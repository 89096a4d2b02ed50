"""Answers as a test wants them, at the pace it wants: their events are put into the log of the real server's library.

The page can't tell: it reads the log and nothing else. What needs the engine itself (stop, retry, a model) asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.web.conftest import Served

from pincite.answer.tables.tabulate import told
from pincite.answer.tally import Tally
from pincite.events import Asked, Carded, Cited, Event, Failed, Finished, Sourced, Started, Stepped, Suggested, Wrote
from pincite.ports import Deadline
from pincite.types import (
    Card,
    Chart,
    Choice,
    Citation,
    Column,
    Degradation,
    Document,
    Fact,
    Form,
    FormField,
    FormReply,
    Passage,
    Problem,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Table,
    Usage,
    Verdict,
    new_id,
)

QUESTION = "How tall is the Eiffel Tower, and why was it built?"
FOLLOW_UPS = (
    "Who designed the Eiffel Tower?",
    "What was the World's Fair of 1889?",
    "How tall is the Chrysler Building?",
)

TOWER = (
    "The Eiffel Tower stands on the Champ de Mars in Paris, a lattice of puddled iron. It was built from 1887 to 1889 "
    "to mark the entrance of a World's Fair. The tower is 330 metres tall with its aerials, as high as a house of 81 "
    "floors."
)
ARTISTS = (
    "While it was being built, writers and painters of Paris signed a protest against it in a newspaper. A generation "
    "later it stood for the whole country."
)
TALLEST = (
    "Even before it was finished the tower rose above the Washington Monument, until then the tallest structure in the "
    "world. It held that title for 41 years, until the Chrysler Building in New York was finished in 1930."
)
DOCUMENTS = (
    ("Eiffel Tower", "https://en.wikipedia.org/wiki/Eiffel_Tower", TOWER),
    ("Artists against the Tower", "https://en.wikipedia.org/wiki/Protest", ARTISTS),
    ("Chrysler Building", "https://en.wikipedia.org/wiki/Chrysler_Building", TALLEST),
    ("Gustave Eiffel", "https://en.wikipedia.org/wiki/Gustave_Eiffel", TOWER),
    ("Paris", "https://en.wikipedia.org/wiki/Paris", ARTISTS),
    ("France", "https://en.wikipedia.org/wiki/France", TALLEST),
)


def source(number: int, title: str, url: str, text: str) -> Source:
    document = Document(id=f"d{number}", url=url, title=title, site=url.split("/")[2] if "//" in url else "")
    passage = Passage(id=f"p{number}", document=document, headings=("History",), text=text, start=0, end=len(text))
    return Source(number=number, document=document, passages=(passage,))


SOURCES = tuple(source(i, *row) for i, row in enumerate(DOCUMENTS, start=1))


def cite(number: int, quote: str = "") -> Citation:
    start = SOURCES[number - 1].passages[0].text.index(quote) if quote else 0
    span = Span(start=start, end=start + len(quote)) if quote else None
    return Citation(source=number, passage_id=f"p{number}", quote=span, support=0.9)


HEIGHT = cite(1, "The tower is 330 metres tall with its aerials, as high as a house of 81 floors.")
FAIR = cite(1, "It was built from 1887 to 1889 to mark the entrance of a World's Fair.")
TITLE = cite(3, "It held that title for 41 years, until the Chrysler Building in New York was finished in 1930.")
CRITICS = cite(2, "While it was being built, writers and painters of Paris signed a protest against it")

CARD = Card(
    id="instant",
    widget="instant",
    title="In short",
    text="330 metres",
    body=Fact(value="330 metres", sentence=SOURCES[0].passages[0].text[HEIGHT.quote.start :] if HEIGHT.quote else ""),
    citations=(HEIGHT,),
)

Said = tuple[str, tuple[Citation, ...], Verdict]
FAITHFUL: tuple[Said, ...] = (
    (
        "The Eiffel Tower is **330 metres** tall, as high as a house of 81 floors.",
        (HEIGHT,),
        Verdict.SUPPORTED,
    ),
    (" It was built from 1887 to 1889 to mark the entrance of that year's World's Fair.", (FAIR,), Verdict.SUPPORTED),
    ("\n\nWhen it opened it was the tallest structure in the world.", (TITLE,), Verdict.SUPPORTED),
    (" It kept that title for 41 years, until the Chrysler Building was finished.", (TITLE,), Verdict.SUPPORTED),
    (" Writers and painters of the city protested against it at first.", (CRITICS,), Verdict.SUPPORTED),
)
DOUBTFUL: tuple[Said, ...] = (
    *FAITHFUL[:4],
    ("\n\nMany artists hated it, and all of them changed their minds.", (CRITICS,), Verdict.PARTIAL),
    ("\n\n- It receives about seven million visitors a year.", (), Verdict.UNCITED),
    ("\n- Its iron grows by some 15 centimetres on a hot day.", (cite(4),), Verdict.UNSUPPORTED),
    ("\n- Its *centrepiece* role was `planned`.\n", (FAIR, CRITICS), Verdict.SUPPORTED),
)


def telling(said: Sequence[Said], piece: int = 10_000) -> Iterator[Event]:
    """Text in pieces of at most so many characters, each sentence cited when it is whole."""
    at = 0
    for text, citations, verdict in said:
        for i in range(0, len(text), piece):
            yield Wrote(text=text[i : i + piece])
        lead = len(text) - len(text.lstrip())
        span = (at + lead, at + lead + len(text.strip()))
        yield Cited(sentence=Sentence(start=span[0], end=span[1], citations=citations, verdict=verdict))
        at += len(text)


def finish(status: Status = Status.ANSWERED, *degraded: Degradation) -> Finished:
    return Finished(
        status=status,
        degraded=degraded,
        usage=Usage(model_calls=1, input_tokens=1840, output_tokens=212, searches=1),
        timings={"plan": 2.1, "gather": 31, "first_sentence": 412, "total": 3240},
    )


FORM = Form(
    id="form",
    text="Which tower do you mean?",
    why="The results speak of two.",
    fields=(
        FormField(
            id="which",
            label="Tower",
            kind="one",
            choices=(
                Choice(id="eiffel", label="The Eiffel Tower", hint="in Paris", query_patch="Eiffel"),
                Choice(id="tokyo", label="The Tokyo Tower", query_patch="Tokyo"),
            ),
            allow_other=True,
            default=("eiffel",),
        ),
        FormField(
            id="what",
            label="What matters to you",
            kind="many",
            choices=(
                Choice(id="height", label="Height", query_patch="height"),
                Choice(id="history", label="History", query_patch="history"),
            ),
        ),
    ),
)


STALLED = Problem(
    type="model-stalled",
    title="The model went silent",
    detail="ollama:qwen3 sent no token within 5.0 s",
    hint="raise answer.between_tokens_s, or pick a smaller model",
    retryable=True,
)
UNREACHABLE = Degradation(part="model", reason="unreachable", detail="connection refused")


COUNTRIES = Table(
    database="shop",
    label="Shop",
    title="number of customers by country, most first",
    sql="SELECT country, COUNT(*) AS customers\nFROM customers\nGROUP BY country\nORDER BY customers DESC",
    tables=("customers",),
    columns=(Column(name="country", kind="text"), Column(name="customers", kind="number")),
    rows=(("United Kingdom", 12431), ("Brazil", 5312), ("Germany", 980), ("Mauritania", None), ("Åland", 12)),
    total=5,
    ms=34.2,
    chart=Chart(shape="bar", x=0, y=1),
)
MONTHS = Table(
    database="shop",
    label="Shop",
    title="orders and revenue by month",
    sql="SELECT month, orders, revenue, best, year\nFROM months\nORDER BY month",
    tables=("months",),
    columns=(
        Column(name="month", kind="text"),
        Column(name="orders", kind="number"),
        Column(name="revenue", kind="number", unit="USD"),
        Column(name="best seller of the month", kind="text"),
        Column(name="year", kind="id"),
    ),
    rows=tuple(
        (
            f"{2019 + m // 12}-{m % 12 + 1:02}",
            900 + 9 * m + (0, 20, 45, 90, 130, 110, 70, 40, 60, 120, 190, 260)[m % 12],
            12000.5 + m * 812.25,
            ("Blue Train", "Kind of Blue", "Giant Steps")[m * m % 3],
            2019 + m // 12,
        )
        for m in range(60)
    ),
    total=12431,
    ms=1234,
    chart=Chart(shape="line", x=0, y=1),
)


@dataclass
class Stage:
    """One thread of the served library, and the answers that a test puts on it."""

    served: Served
    thread_id: str = field(default_factory=new_id)
    answer_id: str = ""

    @property
    def url(self) -> str:
        return f"{self.served.url}/t/{self.thread_id}"

    def begin(self, text: str = QUESTION, model: str | None = "ollama:qwen3", **more: Any) -> None:
        """A question, with ``more`` of its fields, whose answer is running, with nothing known yet."""
        question = Question(thread_id=self.thread_id, text=text, **more)
        self.answer_id = new_id()
        self.served.run(self.served.engine.library.begin(question, self.answer_id))
        self.put(
            Started(answer_id=self.answer_id, question=question, model=model),
            Stepped(step="plan", detail="one search", ms=2.1),
        )

    def found(self) -> None:
        self.put(Stepped(step="gather", detail="searched the index, 20 passages", ms=31.0), Sourced(sources=SOURCES))

    def put(self, *events: Event) -> None:
        self.served.run(self.served.engine.library.append(self.answer_id, list(events)))

    def write(self, text: str) -> None:
        self.put(Wrote(text=text))

    def tell(self, said: Sequence[Said] = FAITHFUL) -> None:
        self.put(*telling(said))

    def end(self, status: Status = Status.ANSWERED, *degraded: Degradation) -> None:
        if status is Status.ANSWERED:
            self.put(Suggested(follow_ups=FOLLOW_UPS), finish(status, *degraded))
        elif status is Status.STOPPED:
            self.put(finish(status))
        else:
            self.put(Failed(problem=STALLED), finish(status))

    def ask_back(self, form: Form = FORM, **more: Any) -> Form:
        """A copilot's question that waits for a form."""
        self.begin(**{"model": None, "mode": "copilot", **more})
        return self.ask(form)

    def ask(self, form: Form = FORM) -> Form:
        """The running answer asks a form, with an id of its own, and waits."""
        asked = form.model_copy(update={"id": new_id()})
        self.found()
        self.put(Stepped(step="clarify", detail=f"asks back: {asked.text}", ms=4.0), Asked(form=asked))
        self.put(finish(Status.WAITING))
        return asked

    def replied(self, form: Form, said: str, **values: tuple[str, ...]) -> None:
        """The answer to a reply, whole."""
        reply = FormReply(form_id=form.id, values=values, skipped=not values, said=said)
        self.begin(model=None, mode="copilot", reply=reply)
        self.found()
        self.tell()
        self.end()

    def tabled(self, *tables: Table, text: str = "How many customers are there by country?", **more: Any) -> Stage:
        """A finished answer of a database, as the house tells it; more tables than one are only shown."""
        first, *others = tables or (COUNTRIES,)
        self.begin(text, **{"model": None, "focus": "shop", **more})
        self.put(*told(first, Tally(Deadline.after(60))))
        self.put(*(Carded(card=Card(widget="table", title=one.title, text="", body=one)) for one in others))
        asked = Suggested(follow_ups=("How many orders are there?", "Which country has the most customers?"))
        took = {"gather": 41.0, "first_sentence": 48.0, "total": 52.0}
        self.put(asked, Finished(status=Status.ANSWERED, usage=Usage(searches=1), timings=took))
        return self

    def whole(self, said: Sequence[Said] = FAITHFUL, status: Status = Status.ANSWERED, text: str = QUESTION) -> Stage:
        """A finished answer."""
        self.begin(text)
        self.found()
        self.put(Carded(card=CARD))
        self.tell(said)
        self.end(status)
        return self
