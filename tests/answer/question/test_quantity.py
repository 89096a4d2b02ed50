import pytest

from pincite.answer.question.quantity import quantity, renamed


@pytest.mark.parametrize(
    ("question", "sentence", "so"),
    [
        ("How tall is the Eiffel Tower?", "The symbol of Paris is the 324 metre (1,063 ft) Eiffel Tower.", True),
        ("How tall is the Eiffel Tower?", "The Eiffel Tower was built in 1889 by 300 workers.", False),
        ("How old is the universe?", "Its age is estimated to be about 13.7 billion (13.7 × 10^9) years.", True),
        ("How old is the universe?", "Inflation took 2 seconds.", False),
        ("How long do elephants live?", "An elephant may live as long as seventy years.", True),
        ("How fast does light travel?", "Light travels at 299,792,458 m/s in a vacuum.", True),
        ("How fast does light travel?", "In 1905 a paper on light was published.", False),
        ("How many moons does Jupiter have?", "Jupiter has sixty-three known moons.", True),
        ("How many moons does Jupiter have?", "In 1610 he saw the moons of Jupiter.", False),
        ("How many moons does Jupiter have?", "In 1610 he saw its four largest moons.", False),
        ("How many moons does Jupiter have?", "Five more moons were found in 2000.", False),
        ("How many of the largest moons are there?", "These are its four largest moons.", True),
        ("How many people live in Tokyo?", "About 12 million people live within its boundaries.", True),
        ("population of Japan", "It has the 10th largest population, with nearly 128 million people.", True),
        ("What is the population of Chad?", "The population is 9,944,201.", True),
        ("What is the boiling point of water?", "It boils at 100 °C at sea level.", True),
        ("How much does a blue whale weigh?", "A blue whale weighs up to 180 tons.", True),
    ],
)
def test_a_number_answers_only_with_a_unit_or_a_thing_that_was_asked_for(
    question: str, sentence: str, so: bool
) -> None:
    asked = quantity(question)
    assert asked is not None
    assert asked.said(sentence) is so


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the Mass in B minor?",
        "What is speed?",
        "When did he reach this height?",
        "how many",
        "Why is it far?",
    ],
)
def test_other_questions_measure_nothing(question: str) -> None:
    assert quantity(question) is None


def test_a_unit_says_how_tall_but_not_which_point_of_temperature() -> None:
    tall, boiling = quantity("How tall is it?"), quantity("What is the boiling point of water?")
    assert tall is not None
    assert boiling is not None
    assert tall.implied == {"tall"}
    assert not boiling.implied


def test_a_quantity_is_searched_for_by_its_name_too() -> None:
    assert renamed("How old is the universe?") == "age is the universe?"
    assert renamed("Biggest island in the world") == "largest island in the world"
    assert renamed("Is Jupiter bigger than Saturn?") == "Is Jupiter larger than Saturn?"
    assert renamed("The tallest tower") == "The highest tower"
    assert renamed("Who is the oldest man?") == ""


@pytest.mark.parametrize(
    ("sentence", "number", "partial"),
    [
        ("He saw its four largest moons.", "four", True),
        ("It has 63 known moons.", "63", False),
        ("He saw them in 1610.", "1610", False),
        ("It has many moons.", "many", False),
    ],
)
def test_a_number_of_some_is_none_of_all(sentence: str, number: str, partial: bool) -> None:
    asked = quantity("How many moons does Jupiter have?")
    assert asked is not None
    at = sentence.index(number)
    assert asked.partial(sentence, (at, at + len(number))) is partial


def test_a_bare_number_is_shown_with_its_unit() -> None:
    tall, moons = quantity("How tall is the tower?"), quantity("How many moons does it have?")
    assert tall is not None
    assert moons is not None
    sentence = "It is the 324 metre (1,063 ft) tower of 18 rooms."
    number, text, rooms = sentence.index("1,063"), sentence.index("324"), sentence.index("18")
    assert sentence[slice(*tall.whole(sentence, (number, number + 5)))] == "1,063 ft"
    assert tall.whole(sentence, (text, text + 9)) == (text, text + 9)
    assert tall.whole(sentence, (rooms, rooms + 2)) == (rooms, rooms + 2)
    assert moons.whole(sentence, (number, number + 5)) == (number, number + 5)


def test_a_hostile_sentence_is_read_in_linear_time() -> None:
    asked = quantity("How many moons does Jupiter have?")
    tall = quantity("How tall is it?")
    assert asked is not None
    assert tall is not None
    assert not asked.said("1," * 20_000)
    assert not tall.said("1,1" * 10_000)


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        ("Wie schwer ist eine Zwergfledermaus?", "Sie wiegt 3,5 bis 7 Gramm.", "Sie frisst 2000 Mücken."),
        ("Quelle est la hauteur du pont ?", "Haut de 48,8 mètres, il est romain.", "Il date de l’an 50."),
        ("¿Cuánto pesa el lince?", "Llega a 15 kilogramos.", "Tiene 2 crías."),
        ("Сколько весит соболь?", "До 1,8 кг.", "Живёт 15 лет."),
        ("东方明珠有多高？", "塔位于上海，高468米的建筑。", "1994年建成。"),
        ("東京タワーの高さは？", "高さは333メートルである。", "1958年に完成した。"),
        ("كم يبلغ ارتفاع برج القاهرة؟", "يبلغ ارتفاعه 187 مترًا.", "بُني عام 1961."),
        ("कुतुब मीनार की ऊँचाई कितनी है?", "यह 72.5 मीटर ऊँची है।", "1199 में बनी।"),
    ],
)
def test_other_languages_measure_with_their_own_units(question: str, said: str, other: str) -> None:
    asked = quantity(question)
    assert asked is not None
    assert asked.implied
    assert asked.said(said)
    assert not asked.said(other)


def test_a_high_rent_is_not_measured_in_metres() -> None:
    assert quantity("Wie hoch ist die Miete?") is None
