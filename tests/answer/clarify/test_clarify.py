import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.answer.conftest import Shelf, make_hit

from pincite.answer.clarify.clarify import clarify, is_open, may_ask, pays
from pincite.answer.clarify.facets import Split, clusters, splits, weights
from pincite.answer.clarify.form import Option, Proposal, Proposed
from pincite.answer.question.plan import plan
from pincite.errors import ModelBusy, SearchFailed
from pincite.evals.clarify import flaws
from pincite.ports import Deadline, Query
from pincite.types import Answer, Filters, Form, FormField, FormReply, Hit, Question, Status

THINGS = {
    "Mercury (planet)": ["Mercury is the smallest planet. It orbits the Sun.", "The planet Mercury has no moons."],
    "Mercury (element)": ["Mercury is an element and a liquid metal.", "The element was used in thermometers."],
    "Mercury (mythology)": ["Mercury is a god of Roman mythology.", "In mythology Mercury carries messages."],
}
OPEN = "Tell me about Mercury"


def planned(text: str = OPEN):  # type: ignore[no-untyped-def]
    return plan(Question(text=text))


async def asked(
    shelf: Shelf, text: str = OPEN, proposing: asyncio.Task[Proposal | None] | None = None, seconds: float = 60
) -> Form | None:
    hits = await shelf.search(Query(text, 30), Deadline.after(60))
    return await clarify(planned(text), hits, {"index": shelf}, Filters(), None, Deadline.after(seconds), proposing)


def labels(form: Form | None) -> list[str]:
    assert form is not None
    assert flaws(form) == []
    return [choice.label for field in form.fields for choice in field.choices]


async def test_things_of_one_name_are_told_apart() -> None:
    form = await asked(Shelf(THINGS))
    assert set(labels(form)) == set(THINGS)
    assert form is not None
    assert form.text == "Which “Mercury” do you mean?"
    assert form.fields[0].default == ("1",)


async def test_recommended_is_what_an_answer_without_asking_would_follow() -> None:
    form = await asked(Shelf({"Mercury (god)": ["Mercury is a god."], **THINGS}))
    assert form is not None
    (field,) = form.fields
    (recommended,) = (choice for choice in field.choices if choice.id in field.default)
    assert recommended.label == "Mercury (god)"
    assert field.choices[0].label != recommended.label


async def test_the_plain_thing_may_be_meant_too() -> None:
    things = {"Mercury": ["Mercury is a name of many things.", "Mercury is said of a planet."], **THINGS}
    form = await asked(Shelf(things))
    assert "Mercury in general" in labels(form)


class Book(Shelf):
    """One document of six passages under three headings; those under one that is asked for come first."""

    def __init__(self, title: str = "Rhine") -> None:
        super().__init__({})
        said = ["The Rhine rises in the Alps.", "The Rhine carries ships.", "Salmon came back to the Rhine."]
        sides = [("Geography",), ("Shipping",), ("Wildlife",)]
        self.hits = [
            hit.model_copy(update={"passage": hit.passage.model_copy(update={"headings": sides[place % 3]})})
            for place, hit in enumerate(make_hit(title, text, at) for at, text in enumerate(said * 2))
        ]

    async def search(self, query: Query, deadline: Deadline) -> list[Hit]:
        wanted = set(query.text.split())
        return sorted(self.hits, key=lambda hit: hit.passage.headings[0] not in wanted)


async def test_sides_of_one_thing_are_its_headings() -> None:
    form = await asked(Book(), "Rhine")
    assert set(labels(form)) == {"Geography", "Shipping", "Wildlife"}
    assert form is not None
    assert form.fields[0].kind == "many"
    assert form.text == "What about “Rhine” would you like to know?"


async def test_sides_are_said_to_be_of_the_thing_that_their_document_is_called_after() -> None:
    form = await asked(Book("Rhine Falls"), "I'd like to learn more about the rhine")
    assert form is not None
    assert form.text == "What about “Rhine Falls” would you like to know?"


@pytest.mark.parametrize("text", ["What is the Rhine?", "define Rhine", "Rhine castles"])
async def test_what_says_which_side_is_meant_is_not_asked_back(text: str) -> None:
    assert is_open(planned(text))
    assert await asked(Book(), text) is None


async def test_what_it_is_may_be_asked_of_several_things() -> None:
    assert set(labels(await asked(Shelf(THINGS), "What is Mercury?"))) == set(THINGS)


async def test_documents_about_sides_of_a_thing_are_no_things_of_its_name() -> None:
    sides = {f"{side} of Greece": [f"The {side} of Greece is told of here."] for side in ("History", "Music")}
    sides["Greece"] = ["Greece is a country."]
    form = await asked(Shelf(sides), "Greece")
    assert form is not None
    assert form.text == "What about “Greece” would you like to know?"
    isles = {f"Isle of {name}": [f"The Isle of {name} is an island."] for name in ("Man", "Wight", "Skye")}
    form = await asked(Shelf(isles), "isle")
    assert form is not None
    assert form.text == "Which “isle” do you mean?"


async def test_things_are_not_asked_for_without_the_one_that_was_named() -> None:
    """“Which iron do you mean?” with the Iron Age and the Iron Bridge alone is no question; its sides may be."""
    things = {"Mercury": ["Mercury is a name of many things."], **THINGS}

    class Behind(Shelf):
        """Whatever is asked, its own document is found last."""

        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            plain = [hit for hit in await super().search(query, deadline) if hit.passage.document.title == "Mercury"]
            others = [hit for hit in await super().search(query, deadline) if hit not in plain]
            return [*others, *(hit.model_copy(update={"score": 0.0}) for hit in plain)]

    assert "Mercury in general" in labels(await asked(Shelf(things)))
    form = await asked(Behind(things))
    assert form is None or not form.text.startswith("Which")


async def test_versions_and_years_are_told_apart() -> None:
    versions = {
        f"Python {version} notes": [f"Python {version} brought changes."] for version in ("3.11", "3.12", "3.13")
    }
    assert "Python 3.12" in labels(await asked(Shelf(versions), "Python changes"))
    years = {f"{year} World Cup": [f"The World Cup of {year} was played."] for year in (2010, 2014, 2018)}
    found = labels(await asked(Shelf(years), "World Cup"))
    assert any("2014" in label for label in found)


async def test_a_comparison_with_nothing_asks_with_what() -> None:
    form = await asked(Shelf({"Honey": ["Honey is sweet."]}), "compare honey")
    assert form is not None
    assert flaws(form) == []
    assert [(field.id, field.kind) for field in form.fields] == [("with", "text")]


@pytest.mark.parametrize(
    "text",
    ["Who was the first person on the Moon?", "How tall is the Eiffel Tower?", "why does honey not spoil so fast"],
)
async def test_a_clear_question_is_not_asked_back(text: str) -> None:
    assert not is_open(planned(text))
    assert await asked(Shelf(THINGS), text) is None


async def test_one_thing_is_not_asked_back() -> None:
    assert await asked(Shelf({"Mercury (planet)": THINGS["Mercury (planet)"]})) is None
    assert await asked(Shelf({})) is None


async def test_without_time_nothing_is_asked() -> None:
    assert await asked(Shelf(THINGS), seconds=0) is None


async def test_an_option_that_finds_nothing_is_not_offered() -> None:
    class Forgetful(Shelf):
        """It finds things for the question, and none for the element."""

        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            hits = await super().search(query, deadline)
            return [hit for hit in hits if "element" not in hit.passage.text] if "element" in query.text else hits

    assert set(labels(await asked(Forgetful(THINGS)))) == set(THINGS) - {"Mercury (element)"}


async def test_a_backend_that_fails_costs_the_form_and_nothing_else() -> None:
    class Failing(Shelf):
        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            if query.text != OPEN:
                raise SearchFailed("gone", reason="failed")
            return await super().search(query, deadline)

    assert await asked(Failing(THINGS)) is None


def test_it_is_asked_only_where_the_likeliest_reading_often_misses() -> None:
    def split(*shares: float, covered: float = 1.0) -> Split:
        return Split("title", (), shares, covered)

    assert pays(split(0.5, 0.5))
    assert not pays(split(0.9, 0.1))
    assert pays(split(0.9, 0.1), pointed=True)
    assert not pays(split(0.5, 0.5, covered=0.2))
    assert split(0.25, 0.25, 0.25, 0.25).entropy == pytest.approx(1)
    assert split(1.0).entropy == 0


# ── never twice in a row ──


def turn(status: Status = Status.ANSWERED, form: Form | None = None) -> Answer:
    return Answer(id="a", question=Question(text=OPEN), status=status, form=form)


FORM = Form(text="?", fields=(FormField(id="f", label="f", kind="text"),))


@pytest.mark.parametrize(
    ("question", "history", "may"),
    [
        (Question(text=OPEN, mode="copilot"), [], True),
        (Question(text=OPEN), [], False),
        (Question(text=OPEN, mode="copilot", reply=FormReply(form_id="f")), [], False),
        (Question(text=OPEN, mode="copilot", replaces="a"), [turn()], False),
        (Question(text=OPEN, mode="copilot"), [turn(Status.WAITING, FORM)], False),
        (Question(text="Tell me about the Statue of Liberty in New York", mode="copilot"), [turn()], True),
        (Question(text="And its moons?", mode="copilot"), [turn()], False),
    ],
)
def test_when_it_may_ask_at_all(question: Question, history: list[Answer], may: bool) -> None:
    assert may_ask(question, plan(question, history), history) is may


# ── a model's words ──


def proposal(*terms: str) -> Proposal:
    options = tuple(Option(f"The {each}", each) for each in terms)
    return Proposal("What is meant?", "Because.", (Proposed("Thing", "one", options),))


async def worded(given: Proposal | Exception | None, shelf: Shelf | None = None) -> Form | None:
    async def come() -> Proposal | None:
        if isinstance(given, Exception):
            raise given
        return given

    return await asked(shelf or Shelf(THINGS), proposing=asyncio.create_task(come()))


async def test_a_models_words_take_the_mined_ones_place() -> None:
    form = await worded(proposal("planet", "element", "unicorn"))
    assert labels(form) == ["The planet", "The element"]
    assert form is not None
    assert form.text == "What is meant?"


@pytest.mark.parametrize(
    "given", [None, proposal("unicorn", "dragon"), proposal("planet", "dragon"), ModelBusy("busy", reason="overloaded")]
)
async def test_a_model_that_says_nothing_usable_costs_nothing(given: Proposal | Exception | None) -> None:
    assert set(labels(await worded(given))) == set(THINGS)


async def test_a_model_can_not_make_a_clear_question_open() -> None:
    one = Shelf({"Mercury (planet)": THINGS["Mercury (planet)"]})
    assert await worded(proposal("planet", "moons"), one) is None


async def test_a_slow_model_is_not_waited_for() -> None:
    now = 0.0

    class Late(Shelf):
        """When it has been searched, the time is nearly over."""

        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            nonlocal now
            now = 59.95
            return await super().search(query, deadline)

    hits = await Shelf(THINGS).search(Query(OPEN, 30), Deadline.after(60))
    never: asyncio.Task[Proposal | None] = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    try:
        deadline = Deadline(60, lambda: now)
        form = await clarify(planned(), hits, {"index": Late(THINGS)}, Filters(), None, deadline, never)
        assert not never.done()
        assert set(labels(form)) == set(THINGS)
    finally:
        never.cancel()


# ── whatever was found ──

WORDS = [
    "Mercury",
    "planet",
    "element",
    "Roman",
    "history",
    "1998",
    "2014",
    "Python 3.12",
    "of",
    "the",
    "水星",
    "(god)",
    "—",
]
phrases = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
made = st.lists(st.tuples(phrases, phrases | st.text(max_size=60), st.lists(phrases, max_size=3)), max_size=12)


def hits_of(rows: list[tuple[str, str, list[str]]]) -> list[Hit]:
    found = []
    for place, (title, text, above) in enumerate(rows):
        hit = make_hit(title, text, place)
        found.append(hit.model_copy(update={"passage": hit.passage.model_copy(update={"headings": tuple(above)})}))
    return found


@settings(max_examples=60, deadline=None)
@given(made, st.sampled_from([OPEN, "Mercury", "python", "水星", "compare Mercury", "1998 World Cup"]))
def test_whatever_was_found_a_form_is_valid(rows: list[tuple[str, str, list[str]]], text: str) -> None:
    hits = hits_of(rows)

    class Given(Shelf):
        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            return hits

    form = asyncio.run(asked(Given({}), text))
    assert form is None or flaws(form) == []


@settings(max_examples=60, deadline=None)
@given(made, st.sampled_from(["Mercury", "python", "水星"]))
def test_a_split_divides_what_it_covers(rows: list[tuple[str, str, list[str]]], text: str) -> None:
    hits = hits_of(rows)
    for split in splits(text, hits):
        assert sum(split.shares) == pytest.approx(1)
        assert list(split.shares) == sorted(split.shares, reverse=True)
        assert 0 < split.covered <= 1 + 1e-9
        assert 0 <= split.entropy <= 1 + 1e-9
        for facet in split.facets:
            assert facet.label.strip()
            assert facet.hits <= set(range(len(hits)))
    assert not hits or sum(weights(hits)) == pytest.approx(1)


def test_clusters_are_every_row_once() -> None:
    rows = np.array([[1, 0], [0, 1], [0.9, 0.1], [0.1, 0.9]], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert clusters(rows, 0.5) == [[0, 2], [1, 3]]
    assert clusters(rows, 1.1) == [[0], [1], [2], [3]]
    assert clusters(rows[:0], 0.5) == []


async def test_why_it_is_asked_is_said_in_words_that_no_number_of_passages_contradicts() -> None:
    form = await asked(Shelf(THINGS))
    assert form is not None
    assert form.why.startswith("What was found splits")
    assert not any(char.isdigit() for char in form.why)
