from collections.abc import Callable

from pincite.answer.check.foreign import foreign
from pincite.types import Hit, Passage

TOWER = "The tower is 330 metres tall and was completed in 1889. It is visited by 6,000,000 people a year."


def passage(hit: Callable[..., Hit], text: str = TOWER) -> Passage:
    return hit("Eiffel Tower", text).passage


def test_what_is_written_in_another_language_is_foreign(hit: Callable[..., Hit]) -> None:
    said = "Der Turm ist 330 Meter hoch und wurde 1889 vollendet."
    assert foreign(said, said, [passage(hit)])
    assert foreign("这座塔高330米，于1889年建成。", "这座塔高330米，于1889年建成。", [passage(hit)])


def test_a_short_sentence_is_in_the_language_of_those_before_it(hit: Callable[..., Hit]) -> None:
    before = "Der Turm ist ein Wahrzeichen der Stadt und wird von vielen Menschen besucht."
    assert not foreign("Paris, 330 m.", "Paris, 330 m.", [passage(hit)])
    assert foreign(f"{before} Paris, 330 m.", "Paris, 330 m.", [passage(hit)])


def test_a_number_that_no_source_has_is_no_matter_of_language(hit: Callable[..., Hit]) -> None:
    for said in ("Der Turm wurde im Jahr 1901 vollendet.", "Der Turm ist 324 Meter hoch und nicht alt."):
        assert not foreign(said, said, [passage(hit)])


def test_numbers_are_the_same_however_their_digits_are_parted(hit: Callable[..., Hit]) -> None:
    said = "Er wird von 6.000.000 Menschen im Jahr besucht."
    assert foreign(said, said, [passage(hit)])


def test_one_source_in_the_language_is_enough_to_check_by(hit: Callable[..., Hit]) -> None:
    said = "Der Turm ist ein Wahrzeichen der Stadt."
    german = passage(hit, "Der Turm ist das bekannteste Wahrzeichen und wurde von der Firma Eiffel gebaut.")
    assert not foreign(said, said, [passage(hit), german])
    assert not foreign(said, said, [])
