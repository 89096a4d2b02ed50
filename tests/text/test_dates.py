"""Which day a text names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text.dates import day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2021-03-04T10:00:00Z", date(2021, 3, 4)),
        ("2021/3/4", date(2021, 3, 4)),
        ("20210304", date(2021, 3, 4)),
        ("Published March 4, 2021 by X", date(2021, 3, 4)),
        ("4th March 2021", date(2021, 3, 4)),
        ("4. März 2021", date(2021, 3, 4)),
        ("4 de marzo de 2021", date(2021, 3, 4)),
        ("le 4 août 2021", date(2021, 8, 4)),
        ("04.03.2021, 10:00", date(2021, 3, 4)),
        ("31/12/2020", date(2020, 12, 31)),
        ("12/31/2020", date(2020, 12, 31)),
        ("2021年3月4日", date(2021, 3, 4)),
        ("03/04/2021", None),
        ("2021-02-30", None),
        ("2021", None),
        ("call 2021-555-0199", None),
        ("", None),
    ],
)
def test_a_day_is_named_without_doubt_or_not_at_all(text: str, found: date | None) -> None:
    assert day(text) == found


@given(st.text(alphabet="0123456789-/. aprilmay", max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    assert day(text) is None or isinstance(day(text), date)
