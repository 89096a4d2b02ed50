from collections.abc import Callable

from pincite.answer.gather import number
from pincite.answer.question.pair import things
from pincite.answer.question.plan import plan
from pincite.answer.quote.extract import Extract, extract
from pincite.answer.quote.opening import promoted
from pincite.types import Hit, Question

ALLIGATOR = (
    "An alligator is a crocodilian in the genus Alligator. Alligators have a broad snout that hides the teeth of the "
    "lower jaw. Alligators live in the fresh water of swamps."
)
CROCODILE = (
    "A crocodile is a large aquatic reptile of the tropics. Crocodiles have a narrow snout that shows the teeth of the "
    "lower jaw. Unlike an alligator, a crocodile can live in salt water."
)


def run(question: str, hits: list[Hit], max_words: int = 120) -> Extract:
    for thing in reversed(things(question)):
        hits = promoted(thing, hits)
    return extract(plan(Question(text=question)), hits, number(hits), None, max_words)


def text_of(found: Extract) -> str:
    return "".join(piece.lead_in + piece.text for piece in found.pieces)


def test_two_things_stand_side_by_side_under_their_names(hit: Callable[..., Hit]) -> None:
    found = run(
        "difference between alligators and crocodiles", [hit("Crocodile", CROCODILE), hit("Alligator", ALLIGATOR)]
    )
    assert text_of(found) == (
        "Unlike an alligator, a crocodile can live in salt water.\n\n"
        "| Alligator | Crocodile |\n|---|---|\n"
        "| An alligator is a crocodilian in the genus Alligator. "
        "| A crocodile is a large aquatic reptile of the tropics.\n"
        "| Alligators have a broad snout that hides the teeth of the lower jaw. "
        "| Crocodiles have a narrow snout that shows the teeth of the lower jaw."
    )


def test_every_cell_cites_its_own_document_and_the_heads_cite_nothing(hit: Callable[..., Hit]) -> None:
    found = run("alligator vs crocodile", [hit("Alligator", ALLIGATOR), hit("Crocodile", CROCODILE)])
    uncited = [piece.text for piece in found.pieces if not piece.citations]
    assert uncited == ["Alligator", "Crocodile"]
    rows = [piece for piece in found.pieces if piece.citations][1:]
    assert [piece.citations[0].source for piece in rows] == [1, 2, 1, 2]


def test_of_two_things_one_of_which_has_no_document_nothing_is_told_of_the_other_alone(hit: Callable[..., Hit]) -> None:
    found = run("difference between alligators and newts", [hit("Alligator", ALLIGATOR)])
    assert found.pieces == ()


def test_what_names_both_is_told_though_one_has_no_document(hit: Callable[..., Hit]) -> None:
    found = run("difference between an alligator and a crocodile", [hit("Crocodile", CROCODILE)])
    assert text_of(found) == "Unlike an alligator, a crocodile can live in salt water."


def test_a_sentence_with_a_bar_never_breaks_the_table(hit: Callable[..., Hit]) -> None:
    broken = CROCODILE.replace("narrow snout", "narrow | snout")
    found = run("alligator vs crocodile", [hit("Alligator", ALLIGATOR), hit("Crocodile", broken)])
    assert all("|" not in piece.text for piece in found.pieces)


def test_a_table_keeps_to_its_words(hit: Callable[..., Hit]) -> None:
    hits = [hit("Alligator", ALLIGATOR), hit("Crocodile", CROCODILE)]
    for most in (20, 25, 40, 60):
        found = run("alligator vs crocodile", hits, most)
        assert sum(len(piece.text.split()) for piece in found.pieces) <= most
