"""Whether an interval holds what it promises."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.evals import intervals


@pytest.mark.parametrize(("right", "n", "low", "high"), [(270, 300, 0.861, 0.929), (900, 1000, 0.880, 0.917)])
def test_wilson_is_as_wide_as_in_the_tables(right: int, n: int, low: float, high: float) -> None:
    found = intervals.wilson(right, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.001)
    assert found.value == 0.9


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_which_is_never_a_point(counts: tuple[int, int]) -> None:
    found = intervals.wilson(*counts)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert found.low < found.high


def test_nothing_has_no_share() -> None:
    with pytest.raises(ValueError, match="nothing"):
        intervals.wilson(0, 0)


def test_the_bootstrap_covers_the_truth_as_often_as_it_says() -> None:
    """Answers differ in length and in how good they are: statements of one answer are not independent."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        sizes = rng.integers(1, 9, 80)
        right = rng.binomial(sizes, rng.beta(4, 2, 80))
        found = intervals.bootstrap(np.column_stack([right, sizes]).astype(float), intervals.ratio)
        held += found.low <= 4 / 6 <= found.high
    assert 0.90 <= held / 200 <= 0.985


def test_the_same_data_gives_the_same_interval_and_all_right_is_not_certain() -> None:
    data = np.array([[1.0, 2.0], [3.0, 3.0], [0.0, 1.0]])
    assert intervals.bootstrap(data, intervals.ratio) == intervals.bootstrap(data, intervals.ratio)
    perfect = intervals.bootstrap(np.array([[2.0, 2.0], [3.0, 3.0]]), intervals.ratio)
    assert perfect.value == perfect.high == 1
    assert perfect.low < 0.5


def test_many_means_have_the_intervals_that_each_has_alone_however_few_are_held_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(3).random((40, 3))
    alone = [intervals.bootstrap(np.column_stack([each, np.ones(40)]), intervals.ratio) for each in values.T]
    monkeypatch.setattr(intervals, "_AT_ONCE", 300)
    for one, other in zip(intervals.means(values), alone, strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def simulated(rng: np.random.Generator, bias: float, noise: float) -> tuple[intervals.Estimate, intervals.Estimate]:
    """(prediction-powered, people alone) for a truth of mean 0.7; 60 labels, 1,000 judged."""
    truth = rng.normal(0.7, 0.2, 1060)
    judge = truth + bias + rng.normal(0, noise, 1060)
    labels = truth[:60]
    half = 1.96 * labels.std(ddof=1) / 60**0.5
    alone = intervals.Estimate(labels.mean(), labels.mean() - half, labels.mean() + half, 60)
    return intervals.powered(labels, judge[:60], judge[60:]), alone


def test_prediction_powered_means_cover_the_truth_however_wrong_the_judge_is() -> None:
    rng = np.random.default_rng(11)
    found = [simulated(rng, bias=0.25, noise=0.08) for _ in range(500)]
    covered = np.mean([ppi.low <= 0.7 <= ppi.high for ppi, _ in found])
    assert 0.925 <= covered <= 0.975
    widths = np.mean([(ppi.high - ppi.low) / (alone.high - alone.low) for ppi, alone in found])
    assert widths < 0.55, "a judge that is wrong by a constant is worth many labels"
    judged_alone = np.mean([abs(ppi.value - 0.7) for ppi, _ in found])
    assert judged_alone < 0.02, "the judge's own mean is off by 0.25"


def test_prediction_powered_variance_is_that_of_the_paper() -> None:
    human, same, rest = [1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0, 1.0]
    # mean(rest) 0.6 - mean(same - human) 0; var(rest) 0.3 / 5 + var(0, 1, -1, 0) 2/3 / 4
    found = intervals.powered(human, same, rest)
    assert found.value == pytest.approx(0.6)
    assert found.high - found.value == pytest.approx(intervals.Z * (0.3 / 5 + (2 / 3) / 4) ** 0.5)
    with pytest.raises(ValueError, match="1 labels"):
        intervals.powered([1.0], [1.0], rest)


def test_kappa_is_agreement_beyond_chance() -> None:
    # 20 + 15 of 50 agree; yes by 25 and 30 of 50: (0.7 - 0.5) / (1 - 0.5)
    one = [True] * 25 + [False] * 25
    other = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert intervals.kappa(one, other) == pytest.approx(0.4)
    assert intervals.kappa([1, 2], [1, 2]) == 1
    assert intervals.kappa([1, 1], [1, 1]) is None, "chance alone gives that"
    with pytest.raises(ValueError, match="labels"):
        intervals.kappa([], [])


def test_auc_counts_pairs_and_ties_half() -> None:
    scores, right = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    every = np.ones(4)
    assert intervals.auc(scores, right, every) == pytest.approx(3.5 / 4)
    assert intervals.auc(scores, ~right, every) == pytest.approx(0.5 / 4)
    assert np.isnan(intervals.auc(scores, np.ones(4, bool), every))
    # the second true claim twice: pairs 2 + (1.5)·2 of 6
    assert intervals.auc(scores, right, np.array([1.0, 2.0, 1.0, 1.0])) == pytest.approx(5 / 6)


def test_balanced_accuracy_is_fair_to_the_rarer_label() -> None:
    right = np.array([True] + [False] * 9)
    assert intervals.balanced_accuracy(np.zeros(10, bool), right, np.ones(10)) == 0.5
    assert intervals.balanced_accuracy(right, right, np.ones(10)) == 1


def test_calibration_error_is_the_gap_between_chance_and_share() -> None:
    chances, right = np.array([0.95, 0.95, 0.95, 0.95, 0.15]), np.array([True, True, False, False, False])
    # bins 0.9: |3.8 - 2|, 0.1: |0.15 - 0|, of 5
    assert intervals.calibration_error(chances, right, np.ones(5)) == pytest.approx((1.8 + 0.15) / 5)
    assert intervals.calibration_error(np.array([1.0, 0.0]), np.array([True, False]), np.ones(2)) == 0


def test_a_percentile_has_an_interval_of_ranks_that_covers() -> None:
    rng = np.random.default_rng(3)
    held = sum((q := intervals.quantile(list(rng.exponential(1, 60)), 0.5)).low <= log(2) <= q.high for _ in range(300))
    assert held / 300 >= 0.93
    assert intervals.quantile([5.0], 0.95) == intervals.Estimate(5, 5, 5, 1)


def test_rows_of_one_claim_are_drawn_together() -> None:
    weights = intervals.weights_of(["a", "b", "a"], 50)
    assert weights.shape == (50, 3)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, :2].sum(axis=1) == 2).all()
