"""Of which requests does an index know the topic, and how is it counted? By the rules that the benchmark states."""

from __future__ import annotations

from benchmarks.sections import SECTIONS

from benchmarks import asking
from pincite.encoders.cross import SHIPPED, CrossEncoder
from pincite.evals.clarify import Request, Tried
from pincite.index.passages import passages
from pincite.readers.markdown import headings
from pincite.types import Form, FormField, Hit, Original

BOBCAT = "The bobcat is a cat of North America. It is about twice as large as a house cat, and hunts rabbits and hares."
FRUIT = "Kiwis are bought by the box. The price of a box rose by a tenth, and the bobcat on its label is a brand."


def original(title: str, text: str) -> Original:
    return asking.made("test", f"test:{title}", title, text)


def hits(*some: Original) -> list[Hit]:
    return [Hit(passage=each, score=1.0, backend="index") for one in some for each in passages(one, 120)]


def test_a_topic_is_known_by_a_title_a_lead_and_what_is_found() -> None:
    cat, fruit = original("Bobcat (animal)", BOBCAT), original("Fruit trade", FRUIT)
    knowing = asking.Knowing(CrossEncoder.load(SHIPPED), [cat, fruit])
    request = "Tell me about the bobcat"
    assert knowing.named(request)
    assert not knowing.named("Tell me about the bobcat's food")
    assert not knowing.named("Tell me about")
    assert knowing.known(request, hits(fruit, cat))
    assert knowing.known(request, hits(fruit)), "a mention is enough, which is why those that are named are told apart"
    assert not knowing.known("Tell me about the tenth", hits(fruit)), "its words stand there, and it is no answer"
    assert not knowing.known("Tell me about lynxes", hits(fruit, cat))
    assert not knowing.known(request, [])


def test_texts_are_read_as_one_would_index_them() -> None:
    rows = [{"title": "A", "text": "One."}, {"title": "B", "text": "Two."}, {"title": "A", "text": "Three."}]
    assert [(each.document.title, each.text) for each in asking.joined("set", rows)] == [
        ("A", "One.\n\nThree."),
        ("B", "Two."),
    ]
    inner = {"section_title": "Inner", "section_content": [{"sentence": "Deep."}], "subsections": []}
    outer = {"section_title": "Outer", "section_content": [{"sentence": "First."}], "subsections": [inner]}
    text = "\n\n".join(asking.told([outer], 2))
    assert [(each.level, each.title) for each in headings(text, 2)] == [(2, "Outer"), (3, "Inner")]


def test_shares_are_of_all_of_those_known_and_of_those_named() -> None:
    form = Form(text="Which?", fields=(FormField(id="f", label="Which?", kind="text"),))
    rows = [
        {"tried": Tried(Request("a", "clariq"), form), "need": 4, "known": True, "named": True},
        {"tried": Tried(Request("b", "clariq"), None), "need": 1, "known": True, "named": False},
        {"tried": Tried(Request("c", "nq"), None), "need": 0, "known": False, "named": False},
    ]
    figures = asking.figures_of(rows)
    found = figures["requests"]
    assert list(found) == ["clariq", "clariq, need 1", "clariq, need 4", "nq"]
    assert [(found["clariq"][label]["value"], found["clariq"][label]["n"]) for label in asking.LABELS] == [
        (0.5, 2),
        (0.5, 2),
        (1.0, 1),
    ]
    assert found["nq"]["known"] is None
    page, _ = SECTIONS["asking"][1]({"documents": 3, "vectors": False, **figures})
    assert "| clariq | 50.0% of 2 (" in page
