"""Which readings are mined from what was found: the sides of documents about the thing, and of no others."""

from __future__ import annotations

import pytest
from tests.answer.conftest import make_hit

from pincite.answer.clarify.clarify import COST, pays
from pincite.answer.clarify.facets import MOST, Split, splits
from pincite.types import Hit


def under(title: str, *headings: str) -> list[Hit]:
    """A document's passages, one under each heading; under none where it is empty."""
    hits = [make_hit(title, f"Of {title}, {heading or 'in short'}.", place) for place, heading in enumerate(headings)]
    return [
        hit.model_copy(update={"passage": hit.passage.model_copy(update={"headings": (heading,) if heading else ()})})
        for hit, heading in zip(hits, headings, strict=True)
    ]


def split(kind: str, query: str, hits: list[Hit]) -> Split | None:
    return next((one for one in splits(query, hits) if one.kind == kind), None)


def labels(found: Split | None) -> set[str]:
    return {facet.label for facet in found.facets} if found else set()


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("Rhine", True),
        ("Rhine (river)", True),
        ("History of the Rhine", True),
        ("The keyboard is probably enough to convince those waiting at the Rhine", False),
        ("Danube", False),
    ],
)
def test_headings_are_sides_of_what_their_document_is_about(title: str, about: bool) -> None:
    assert labels(split("heading", "Rhine", under(title, "Fish", "Ships"))) == ({"Fish", "Ships"} if about else set())


@pytest.mark.parametrize(
    ("query", "open_"),
    [("Rhine", True), ("Rhine river", True), ("Rhine river castles", False), ("Rhine Basel", False), ("river", False)],
)
def test_what_sort_of_thing_it_is_names_no_side_of_it(query: str, open_: bool) -> None:
    opening = make_hit("Rhine", "The Rhine (German: Rhein) is one of the major European rivers from Basel to the sea.")
    hits = [opening, *under("Rhine", "Fish", "Ships")]
    assert labels(split("heading", query, hits)) == ({"Fish", "Ships"} if open_ else set())


def test_sides_are_of_the_document_called_just_that_where_there_is_one() -> None:
    hits = [*under("Condoleezza Rice", "Youth", "Office"), *under("Rice", "Growth", "Pests")]
    assert labels(split("heading", "rice", hits)) == {"Growth", "Pests"}
    assert labels(split("heading", "rice", hits[:2])) == {"Youth", "Office"}


def test_the_longest_sections_are_offered() -> None:
    short, long_ = [f"Short {number}" for number in range(101, 101 + MOST)], ["Long one", "Long two"]
    found = labels(split("heading", "Rhine", under("Rhine", *short, *long_, *long_)))
    assert set(long_) < found
    assert len(found) == MOST


def test_headings_that_say_nothing_are_none() -> None:
    hits = under("Rhine", "References", "Gallery", "See also", "1998", "Fish:", "Ships …", "The Rhine")
    assert labels(split("heading", "Rhine", hits)) == {"Fish", "Ships"}


def test_a_heading_that_is_a_sentence_is_no_option_and_yet_a_side() -> None:
    hits = under("Tornado", "Fish", "Ships", "If a tornado approaches while you are out at night")
    found = split("heading", "Tornado", hits)
    assert found is not None
    assert labels(found) == {"Fish", "Ships"}
    assert found.beyond > 0


def test_sides_that_find_no_place_in_a_form_may_be_meant_as_well() -> None:
    """A long article has more sections than a form has options: it is open whichever of them are offered."""
    few = under("Rhine", *(["Fish", "Ships"] + [""] * 28))
    many = under("Rhine", *[f"Side {number}" for number in range(101, 119)])
    elsewhere = [make_hit(f"Town {n}", "It lies on the Rhine.") for n in range(12)]
    shallow, deep = split("heading", "Rhine", few), split("heading", "Rhine", [*elsewhere, *many])
    assert shallow is not None
    assert deep is not None
    assert len(deep.facets) == MOST
    assert deep.covered * (1 - deep.shares[0]) < COST < deep.missed
    assert pays(deep)
    assert shallow.beyond == 0


def test_topics_are_of_documents_about_the_thing_alone() -> None:
    """“figs” stands in papers as “Fig. 3”; groups of such passages are nothing that anybody meant."""
    said = ["The Planck curve is shown in fig three.", "The Planck curve in fig four is higher."]
    said += ["Infected lung cells in fig five died.", "More lung cells died in fig six."]
    papers = [make_hit(f"Paper {n}", text, n) for n, text in enumerate(said)]
    assert labels(split("topic", "figs", papers)) == set()
    book = [make_hit("Figs", text, n) for n, text in enumerate(said)]
    assert labels(split("topic", "figs", book)) != set()
