from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.errors import BadInput
from pincite.ports import ModelCard
from pincite.web.compat.asking import Chat, Finding, Lookup, known_model

TODAY = date(2026, 11, 23)


def test_the_conversation_before_is_history() -> None:
    chat = Chat.model_validate(
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How tall is it?"},
                {"role": "assistant", "content": "It is 330 m tall.[1][2]"},
                {"role": "user", "content": "unanswered"},
                {"role": "user", "content": "Who built it?"},
            ]
        }
    )
    question, history = chat.question(None, TODAY)
    assert question.text == "Who built it?"
    assert [(a.question.text, a.text) for a in history] == [("How tall is it?", "It is 330 m tall.")]
    assert {a.question.thread_id for a in history} == {question.thread_id}


def test_filters_are_read() -> None:
    finding = Finding(
        search_domain_filter=["https://www.Example.org/x", "-spam.com", " ", "-", "bbc.co.uk:443"],
        search_language_filter=["en-US", "DE", ""],
        search_recency_filter="week",
        search_after_date_filter="01/31/2025",
        search_before_date_filter="12/01/2026",
        last_updated_before_filter="11/30/2026",
    )
    filters = finding.filters(TODAY)
    assert filters.sites == ("example.org", "bbc.co.uk")
    assert filters.exclude_sites == ("spam.com",)
    assert filters.langs == ("en", "de")
    assert (filters.after, filters.before) == (date(2026, 11, 16), date(2026, 11, 30))


@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=12))
def test_odd_filters_are_read_or_refused(hosts: list[str], day: str) -> None:
    finding = Finding(search_domain_filter=hosts, search_after_date_filter=day)
    with contextlib.suppress(BadInput):
        finding.filters(TODAY)


async def test_models_of_other_vendors_mean_the_configured_one() -> None:
    asked = 0

    async def cards() -> list[ModelCard]:
        nonlocal asked
        asked += 1
        return [ModelCard("box:small", "small", "box", "openai", "this machine")]

    assert [await known_model(name, cards) for name in ("sonar-pro", "none", None)] == [None, "none", None]
    assert asked == 0
    assert await known_model("box:small", cards) == "box:small"
    assert await known_model("other:large", cards) is None


def test_an_empty_lookup_is_refused() -> None:
    assert Lookup(query=["a", " ", "b\0c"]).queries() == ["a", "b c"]
    with pytest.raises(BadInput, match="empty"):
        Lookup(query=[" ", ""]).queries()


def test_where_to_look_is_said_in_pincites_words_and_in_perplexitys() -> None:
    def aimed(**fields: object) -> str:
        messages = [{"role": "user", "content": "Why?"}]
        return Chat.model_validate({"messages": messages, **fields}).question(None, TODAY)[0].focus

    assert aimed() == aimed(search_mode="web") == ""
    assert aimed(focus="wikipedia", search_mode="academic") == "wikipedia"
    assert aimed(search_mode="academic") == "academic"
    assert aimed(disable_search=True) == "writing"
    assert Lookup.model_validate({"query": "x", "search_mode": "academic"}).aim == "academic"
