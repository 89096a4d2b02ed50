from datetime import date

import pytest

from pincite.search.live.fresh import KNOWN_S, NEWS_S, RECENT_S, seconds
from pincite.types import Filters

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("question", "filters", "lasting"),
    [
        ("How tall is the Eiffel Tower?", Filters(), KNOWN_S),
        ("What is the weather in Paris?", Filters(), NEWS_S),
        ("Was gibt es heute Neues?", Filters(), NEWS_S),
        ("最新消息", Filters(), NEWS_S),
        ("Who won in 2026?", Filters(), RECENT_S),
        ("Who won in 1998?", Filters(), KNOWN_S),
        ("Who won?", Filters(after=date(2026, 11, 1)), RECENT_S),
        ("What does newspaper mean?", Filters(), KNOWN_S),
        ("How long do foxes live?", Filters(), KNOWN_S),
        ("Who is the president of France?", Filters(), RECENT_S),
    ],
)
def test_what_is_going_on_is_asked_again_sooner(question: str, filters: Filters, lasting: float) -> None:
    assert seconds(question, filters, TODAY) == lasting
