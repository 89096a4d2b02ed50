from pincite.answer.tally import Tally
from pincite.events import Cited
from pincite.ports import Deadline
from pincite.types import Sentence, Verdict


def cited(start: int, verdict: Verdict) -> Cited:
    return Cited(sentence=Sentence(start=start, end=start + 5, verdict=verdict))


def test_what_no_check_could_read_is_told_once_with_its_number_and_what_to_do() -> None:
    tally = Tally(Deadline.after(60))
    for event in (cited(0, Verdict.UNCHECKED), cited(6, Verdict.SUPPORTED), cited(12, Verdict.UNCHECKED)):
        tally.note(event)
    (note,) = tally.finished().degraded
    assert (note.reason, "2 sentences" in note.detail, "models.checker" in note.hint) == ("language", True, True)


def test_a_second_opinion_leaves_nothing_to_tell() -> None:
    tally = Tally(Deadline.after(60))
    tally.note(cited(0, Verdict.UNCHECKED))
    tally.note(cited(0, Verdict.SUPPORTED))
    assert tally.finished().degraded == ()
