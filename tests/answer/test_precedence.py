"""Who asks comes first; what can wait waits, and not for ever."""

from __future__ import annotations

import threading

import pytest

from pincite.answer import precedence
from pincite.answer.precedence import Precedence

LONG_S = 60.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Precedence:
    monkeypatch.setattr(precedence, "STANDS_BACK_S", LONG_S)
    return Precedence()


def in_a_thread(first: Precedence) -> tuple[threading.Thread, threading.Event]:
    went_on = threading.Event()

    def work() -> None:
        first.stand_back()
        went_on.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread, went_on


def test_nobody_asks_and_nothing_waits(patient: Precedence) -> None:
    thread, _ = in_a_thread(patient)
    thread.join(LONG_S / 2)
    assert not thread.is_alive()


def test_work_goes_on_when_the_last_of_those_who_ask_is_answered(patient: Precedence) -> None:
    with patient.taken():
        with patient.taken():
            thread, went_on = in_a_thread(patient)
            assert not went_on.is_set()
        assert not went_on.wait(0.05), "one of two is still being answered"
    thread.join(LONG_S / 2)
    assert went_on.is_set()


def test_a_question_that_fails_holds_nobody_up(patient: Precedence) -> None:
    with pytest.raises(RuntimeError), patient.taken():
        raise RuntimeError
    thread, _ = in_a_thread(patient)
    thread.join(LONG_S / 2)
    assert not thread.is_alive()


def test_under_ceaseless_questions_work_goes_on_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "STANDS_BACK_S", 0.01)
    first = Precedence()
    with first.taken():
        thread, _ = in_a_thread(first)
        thread.join(LONG_S)
        assert not thread.is_alive()
