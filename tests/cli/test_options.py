"""Options for narrowing a search become filters."""

from datetime import date

from pincite.cli.options import filters
from pincite.types import Filters


def test_sites_with_a_minus_are_left_out() -> None:
    found = filters(["a.org", "-b.org"], ["notes"], ["EN"], date(2020, 1, 2), None)
    assert found.sites == ("a.org",)
    assert found.exclude_sites == ("b.org",)
    assert found.langs == ("en",)
    assert str(found.after) == "2020-01-02"


def test_nothing_given_is_nothing_filtered() -> None:
    assert filters(None, None, None, None, None) == Filters()
