"""Which weights make what was seen the likeliest? Logistic regression with a ridge, by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDS = 40


def fitted(table: Floats, labels: Floats, penalty: Floats, weigh: Floats | float = 1.0) -> Floats:
    """(columns,) weights of ``table`` (rows, columns), whose column of ones, if it has one, gives the bias.

    ``labels`` (rows,) are 0 or 1, ``weigh`` says how much each row counts; ``penalty`` (columns,) is the ridge of each.
    """
    weights = np.zeros(table.shape[1])
    for _ in range(_ROUNDS):
        chance = sigmoid(table @ weights)
        gradient = table.T @ (weigh * (chance - labels)) + penalty * weights
        curve = (table * (weigh * chance * (1 - chance))[:, None]).T @ table + np.diag(penalty + 1e-9)
        weights -= np.linalg.solve(curve, gradient)
    return weights


def sigmoid(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance
