"""Where is the data that tests borrow? Beside the repository, or where an environment variable says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HOME = Path(os.environ.get("PINCITE_SHARED_DATA") or Path(__file__).parents[2].parent / "shared" / "data")


def folder(name: str) -> Path:
    """The data set's folder; the test is skipped where it is absent."""
    if not (HOME / name).is_dir():
        pytest.skip(f"no data set {name} in {HOME}; set PINCITE_SHARED_DATA to where it is")
    return HOME / name
