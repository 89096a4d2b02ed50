"""A gain says how far it may be chance."""

import numpy as np
import pytest
from benchmarks.links import gain


def test_a_gain_is_of_all_questions_and_its_interval_of_articles() -> None:
    alike = gain(np.array([[10.0, 11.0], [20.0, 22.0], [5.0, 5.5]]), 50)
    assert (alike["without"], alike["with"], alike["gain"]) == pytest.approx((0.7, 0.77, 0.1))
    assert alike["interval"] == pytest.approx([0.1, 0.1])
    low, high = gain(np.array([[10.0, 10.0], [20.0, 24.0], [5.0, 5.0]]), 50)["interval"]
    assert low == pytest.approx(0.0)
    assert high == pytest.approx(0.2)


def test_articles_that_words_do_not_find_leave_the_interval_a_number() -> None:
    found = gain(np.array([[0.0, 1.0], [4.0, 4.0]]), 10)
    assert np.isfinite(found["interval"]).all()


def test_without_anything_found_there_is_no_gain_to_tell() -> None:
    with pytest.raises(SystemExit, match="none of 10 questions"):
        gain(np.zeros((2, 2)), 10)
