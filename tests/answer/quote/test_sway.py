import pytest

from pincite.answer.quote.sway import another, backwards, bygone, explains, narrower, numbered, outdone
from pincite.answer.terms import terms


@pytest.mark.parametrize(
    ("question", "sentence", "less"),
    [
        ("longest river in the world", "The combination is the 4th longest river in the world.", True),
        ("largest country", "It is the world's third or fourth largest country.", True),
        ("What is the tallest tower?", "It is one of the tallest towers there are.", True),
        ("largest country", "It is the world's nineteenth-largest country.", True),
        ("largest desert", "It is the world's largest hot desert, and second largest desert after another.", True),
        ("largest lake in the world", "Issyk-Kul is the largest lake in Kyrgyzstan.", True),
        ("largest lake in the world", "It is the continent's largest lake.", True),
        ("largest lake in the world", "The Caspian Sea is the largest lake on Earth by area.", False),
        ("biggest country", "Greece is the world's largest (per capita) consumer of cheese.", True),
        ("largest country in Africa", "Africa's largest country is Sudan.", False),
        ("longest river in the world", "View of the Nile, the longest in the world.", False),
        ("fastest land animal", "The cheetah is the fastest land animal.", False),
        ("largest animal", "It is the largest known mammal, and the largest living animal.", False),
        ("biggest island in the world", "New Guinea is the second largest island in the world.", True),
        ("What is the second longest river?", "The Amazon is the second longest river.", False),
        ("largest desert in Asia", "Asia is the largest and most populous continent.", True),
        ("largest ocean", "It has many seas, the largest of which are in the west.", True),
        ("deepest ocean", "The deepest point in the ocean is a trench.", False),
        ("Where is the river?", "The second longest river is there.", False),
    ],
)
def test_the_second_is_not_the_first_nor_is_the_first_of_fewer(question: str, sentence: str, less: bool) -> None:
    assert (outdone(question, sentence) or narrower(question, sentence)) is less


def test_the_first_of_fewer_may_be_the_first_in_other_words_the_second_is_never() -> None:
    assert outdone("largest ocean", "The Atlantic Ocean is the second-largest ocean.")
    assert not outdone("largest ocean", "The Pacific Ocean is the world's largest body of water.")
    assert narrower("largest ocean", "The Pacific Ocean is the world's largest body of water.")
    assert not narrower("largest ocean", "The Atlantic Ocean is the second-largest ocean.")


@pytest.mark.parametrize(
    ("question", "sentence", "so"),
    [
        ("Why is the sky blue?", "Some think that oceans are blue because the sky is blue.", True),
        ("Why is the sky blue?", "The blue of the sky is due to Rayleigh scattering.", False),
        ("Why is the sky blue?", "Because of scattering, the sky is blue.", False),
        ("What causes earthquakes?", "Large earthquakes can cause serious destruction.", True),
        ("What causes earthquakes?", "Energy is released at the fault, thus causing an earthquake.", False),
        ("What causes malaria?", "Malaria is caused by parasites.", False),
        ("What causes malaria?", "Malaria is a disease.", False),
    ],
)
def test_what_comes_of_a_thing_is_not_why_it_is_so(question: str, sentence: str, so: bool) -> None:
    asked = set(terms(question))
    assert backwards(sentence, lambda text: len(asked & set(terms(text))) / len(asked)) is so


@pytest.mark.parametrize(
    ("question", "sentence", "so"),
    [
        ("Why is the sky blue?", "The blue of the sky is due to Rayleigh scattering.", True),
        ("Why is the sky blue?", "Scattering is an effect that creates the blue sky and red sunsets.", True),
        ("Why is the sky blue?", "Because of scattering, the sky is blue.", True),
        ("Why is the sky blue?", "Some think that oceans are blue because the sky is blue.", False),
        ("Why is the sky blue?", "Liquid oxygen has a sky blue colour.", False),
        ("Why did the war start?", "Nationalism was among the causes of the start of the war.", True),
        ("Why did the war start?", "The start of the war led to famine.", False),
    ],
)
def test_a_reason_is_one_for_what_is_asked_about(question: str, sentence: str, so: bool) -> None:
    asked = set(terms(question))
    assert explains(sentence, lambda text: len(asked & set(terms(text))) / len(asked)) is so


@pytest.mark.parametrize(
    ("question", "sentence", "gone"),
    [
        ("What is the population of Iceland?", "The first census, of 1703, said that it was 50,358.", True),
        ("What is the population of Iceland?", "In 1703 it was 50,358, and today it is 300,000.", False),
        ("What is the population of Iceland?", "In 2006 the population was 300,000.", False),
        ("What was the population of Iceland in 1703?", "In 1703 it was 50,358.", False),
        ("How tall is the tower?", "Built in 1889, the tower reaches 324 metres.", False),
    ],
)
def test_how_it_was_long_ago_is_not_how_it_is(question: str, sentence: str, gone: bool) -> None:
    assert bygone(question, sentence) is gone


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("who has HER-232?", "HER-231 is Tom's.", True),
        ("who has HER-232?", "HER-232 blocks HER-231.", False),
        ("what does E4012 mean?", "E4013 means that the disk is full.", True),
        ("when did version 2.2 come out", "Version 2.1 came out in May.", True),
        ("when did version 2.2 come out", "The newest version came out in May.", False),
        ("what did we decide on 3 March?", "On 4 March we decided to wait.", True),
        ("what did we decide on March 3?", "On 4 March we decided to wait.", True),
        ("what did we decide on 3 March?", "In March 2026 we decided to wait.", False),
        ("who flew on Apollo 11?", "Apollo 12 was struck by lightning.", True),
        ("who won in 2014?", "Spain won in 2010.", False),
    ],
)
def test_one_number_more_is_another_thing(question: str, sentence: str, other: bool) -> None:
    assert another(numbered(question), sentence) is other
