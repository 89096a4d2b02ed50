from collections.abc import Callable

import pytest

from pincite.answer.quote.candidates import candidates
from pincite.answer.quote.opening import (
    defines,
    defining,
    first_defining,
    introduced,
    introduction,
    life_date,
    opening,
    promoted,
)
from pincite.types import Hit

CURIE = (
    "Marie Curie at work.\n\nMarie Curie (Polish: Maria Skłodowska, November 7, 1867 – July 4, 1934) was a physicist. "
    "She was a pioneer of radioactivity. She was born in Warsaw."
)


@pytest.mark.parametrize(
    ("sentence", "thing", "so"),
    [
        ("Photosynthesis (photo=light), generally, is the synthesis of sugar.", "photosynthesis", True),
        ("Deoxyribonucleic acid (DNA) is a nucleic acid.", "DNA", True),
        ("Penguins (order Sphenisciformes) are an order of birds.", "penguin", True),
        ("The leaf is the primary site of photosynthesis.", "photosynthesis", False),
        ("While photosynthesis is old, it is not simple.", "photosynthesis", False),
        ("Photosynthesis (which is old) needs light.", "photosynthesis", False),
    ],
)
def test_a_sentence_defines_what_stands_before_its_verb(sentence: str, thing: str, so: bool) -> None:
    assert defines(sentence, thing) is so


def test_the_opening_of_the_document_about_it_comes_first(hit: Callable[..., Hit]) -> None:
    hits = [
        hit("Radium", "Marie Curie found it."),
        hit("Marie Curie", "Later she wrote.", 3),
        hit("Marie Curie", CURIE),
    ]
    assert [one.passage.id for one in promoted("Marie Curie", hits)] == ["Marie Curie-0", "Radium-0", "Marie Curie-3"]


def test_without_an_opening_the_order_stays(hit: Callable[..., Hit]) -> None:
    hits = [hit("Radium", "Marie Curie found it."), hit("Curie Institute", "The Curie Institute is a clinic.")]
    assert promoted("Marie Curie", hits) == hits
    assert promoted("", hits) == hits


def test_an_introduction_begins_with_the_definition_and_goes_on(hit: Callable[..., Hit]) -> None:
    sentences = candidates([hit("Marie Curie", CURIE)])
    told = [sentences[at].text for at in introduction("Marie Curie", "Marie Curie", sentences, 60, 2)]
    assert told[0].endswith("was a physicist.")
    assert told[1] == "She was a pioneer of radioactivity."


def test_an_introduction_ends_before_it_is_too_long(hit: Callable[..., Hit]) -> None:
    sentences = candidates([hit("Marie Curie", CURIE)])
    assert len(introduction("Marie Curie", "Marie Curie", sentences, 10, 4)) == 1


@pytest.mark.parametrize(
    ("behind", "born", "died"),
    [
        ("(November 7, 1867 – July 4, 1934)", "November 7, 1867", "July 4, 1934"),
        ("(4 January 1643 – 31 March 1727) [OS: 25 December 1642 – 20 March 1727]", "4 January 1643", "31 March 1727"),
        ("(born July 18, 1918)", "July 18, 1918", ""),
        ("(January 69 BC– November 30, 30 BC)", "January 69 BC", "November 30, 30 BC"),
        ("(say: bax) (21 March 1685 O.S. – 28 July 1750 N.S.)", "21 March 1685 O.S.", "28 July 1750 N.S."),
        ("(a name)", "", ""),
    ],
)
def test_the_dates_of_a_life_stand_behind_the_name(behind: str, born: str, died: str) -> None:
    sentence = f"Somebody {behind} was somebody."
    assert life_date(sentence, "born") == born
    assert life_date(sentence, "die") == died


def test_a_definition_begins_with_the_thing_or_its_full_name() -> None:
    opera = ["The Sydney Opera House is a landmark.", "Opera is a form of theatre."]
    assert first_defining("opera", "Opera", opera) == 1
    evolution = ["In biology, evolution is change over generations.", "Evolution is thus the source of diversity."]
    assert first_defining("evolution", "Evolution", evolution) == 0
    mozart = ["Wolfgang Amadeus Mozart (1756–1791) was a composer.", "Mozart is a favourite."]
    assert first_defining("Mozart", "Wolfgang Amadeus Mozart", mozart) == 0
    assert first_defining("Mozart", "Wolfgang Amadeus Mozart", ["He was a composer."]) is None


@pytest.mark.parametrize(
    ("sentence", "title", "named"),
    [
        ("A volcano is an opening.", "Volcano", "A volcano"),
        ("Penguins (order S.) are birds.", "Penguin", "Penguins"),
        ("A UNESCO World Heritage Site is a place.", "World Heritage Site", "A World Heritage Site"),
        ("The Kingdom of Belgium is a country.", "Belgium", "Belgium"),
        ("A place is not named.", "Volcano", ""),
    ],
)
def test_a_definition_names_its_thing_with_its_article(sentence: str, title: str, named: str) -> None:
    assert introduced(sentence, title) == named


@pytest.mark.parametrize(
    ("lang", "thing", "title", "said"),
    [
        ("de", "Brocken", "Brocken", "Der Brocken ist der höchste Berg Norddeutschlands."),
        ("ru", "соболь", "Соболь", "Соболь (Martes zibellina) — хищное млекопитающее."),
        ("tr", "Kangal", "Kangal", "Kangal, Sivas yöresine özgü bir çoban köpeğidir."),
        ("zh", "大熊猫", "大熊猫", "大熊猫是熊科动物。"),
    ],
)
def test_in_other_languages_a_document_opens_with_what_it_is_called(
    lang: str, thing: str, title: str, said: str, hit: Callable[..., Hit]
) -> None:
    other, about_it = hit("Anderes", f"{said}"), hit(title, f"# {title}\n\n{said} 2. {thing}")
    assert promoted(thing, [other, about_it], lang)[0].passage.document.title == title
    assert defining(about_it, thing, lang) == said
    assert opening(thing, [other], lang) is None
