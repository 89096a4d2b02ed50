from pincite.answer.terms import terms


def test_the_numeral_of_a_name_counts_and_the_pronoun_does_not() -> None:
    assert terms("World War I") == terms("World War 1") != terms("World War II") == terms("World War 2")
    assert terms("When I was king") == ("king",)


def test_the_same_is_asked_and_told_in_other_words() -> None:
    assert terms("the biggest island") == terms("the largest islands")
    assert terms("it sank") == terms("did it sink")


def test_a_hostile_name_is_read_in_linear_time() -> None:
    assert len(terms("A" * 200_000 + " I")) == 1
