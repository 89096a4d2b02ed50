from datetime import date

import pytest

from pincite.rank.policy import PLAIN, Standing
from pincite.rank.signals import (
    SIGNALS,
    Asking,
    Seen,
    boilerplate,
    fragments,
    fresh,
    heading,
    liked,
    links,
    of_year,
    repetitive,
    short,
    title,
    trusted,
)
from pincite.types import Document, Hit, Passage

TODAY = date(2026, 11, 25)
PROSE = (
    "The red fox is the largest of the true foxes. It lives across the northern hemisphere, in forests and in towns. "
    "It eats rodents, berries and what people leave behind. A fox is seldom seen by day."
)


def seen(
    text: str = PROSE,
    *,
    question: str = "what do foxes eat?",
    called: str = "Red fox",
    headings: tuple[str, ...] = (),
    published: date | None = None,
    standing: Standing = PLAIN,
    **signals: float,
) -> Seen:
    document = Document(url="https://example.org/fox", title=called, published=published)
    passage = Passage(id="p", document=document, headings=headings, text=text, start=0, end=len(text))
    hit = Hit(passage=passage, score=1.0, backend="index", signals=signals)
    return Seen(Asking(question, TODAY), hit, standing)


def test_every_signal_is_told_apart_and_gives_its_reason() -> None:
    names = [signal.name for signal in SIGNALS]
    assert len(set(names)) == len(names)
    assert all((signal.read.__doc__ or "").strip() for signal in SIGNALS)


def test_plain_prose_has_no_fault() -> None:
    assert [fault(seen()) for fault in (short, fragments, repetitive, links, boilerplate)] == [0] * 5


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (short, "Red fox"),
        (fragments, "Home\nNews\nAnimals\nFoxes\nWolves\nContact us\nImprint\nMap of the site\nOur shop\nJobs"),
        (repetitive, "cheap red foxes for sale here " * 12),
        (links, "See https://a.example/fox/one https://b.example/fox/two and www.foxes.example/all/of/them today."),
        (boilerplate, "Foxes. All rights reserved. Privacy policy. Sign up to our newsletter. Follow us. Log in."),
    ],
)
def test_a_poor_passage_is_seen(fault: object, text: str) -> None:
    assert callable(fault)
    assert fault(seen(text)) > 0.25


def test_one_phrase_of_a_footer_may_be_what_a_text_is_about() -> None:
    assert boilerplate(seen(f"{PROSE} Its privacy policy is kept on file.")) == 0


def test_title_and_heading_count_by_what_is_asked_for() -> None:
    asked = seen(question="red fox diet", headings=("Red fox", "Diet"))
    assert title(asked) == 1.0
    assert heading(asked) == 1.0
    assert heading(seen(question="red fox diet", headings=("Red fox",))) == 0.0


def test_age_matters_only_to_who_asks_for_what_is_new() -> None:
    old, new = date(2020, 11, 25), date(2026, 11, 20)
    assert fresh(seen(published=new)) == 0.0
    latest = {"question": "what is the latest news of foxes?"}
    assert fresh(seen(published=new, **latest)) > 0.9
    assert 0 < fresh(seen(published=old, **latest)) < 0.05
    assert fresh(seen(published=None, **latest)) == 0.0
    held = fresh(seen(published=new, question="who is the president of the foxes?"))
    assert 0.4 < held < 0.6 < fresh(seen(published=new, **latest))


def test_a_half_life_of_the_policy_matters_to_every_question() -> None:
    ageing = Standing(half_life_days=10)
    fortnight = fresh(seen(published=date(2026, 11, 15), standing=ageing))
    assert fortnight == pytest.approx(0.25)
    assert fresh(seen(published=date(2026, 11, 5), standing=ageing)) == pytest.approx(fortnight / 2)


def test_a_year_that_is_named_speaks_for_documents_of_that_year() -> None:
    assert of_year(seen(question="foxes in 2019", published=date(2019, 3, 1))) == 1.0
    assert of_year(seen(question="foxes in 2019", published=date(2020, 3, 1))) == 0.0


def test_thumbs_are_smoothed() -> None:
    assert liked(seen()) == 0.0
    assert 0 < liked(seen(thumbs_up=1)) < liked(seen(thumbs_up=9)) < 1
    assert liked(seen(thumbs_down=3)) == pytest.approx(-liked(seen(thumbs_up=3)))


def test_trust_speaks_both_ways() -> None:
    assert trusted(seen()) == 0.0
    assert trusted(seen(standing=Standing(trust=0.0))) == -1.0
    assert trusted(seen(standing=Standing(trust=1.0))) == 1.0
