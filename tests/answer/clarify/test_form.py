import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.answer.clarify.facets import plain
from pincite.answer.clarify.form import LABEL, MOST_FIELDS, MOST_OPTIONS, Option, Proposal, Proposed, parsed

ASKED = "Tell me about Mercury"
GOOD = {
    "question": "Which Mercury?",
    "why": "Several things have this name.",
    "fields": [
        {
            "label": "The thing",
            "kind": "one",
            "options": [
                {"label": "The planet", "terms": "planet"},
                {"label": "The element", "terms": "element metal"},
            ],
        }
    ],
}
READ = Proposal(
    "Which Mercury?",
    "Several things have this name.",
    (Proposed("The thing", "one", (Option("The planet", "planet"), Option("The element", "element metal"))),),
)


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(GOOD),
        f"Sure! Here is the form:\n```json\n{json.dumps(GOOD, indent=2)}\n```\nHope that helps.",
        f"{{not json}} {json.dumps(GOOD)} {{",
        json.dumps({"form": {}, "thoughts": {"a": 1}}) + json.dumps(GOOD),
    ],
)
def test_a_form_is_found_in_whatever_stands_around_it(said: str) -> None:
    assert parsed(said, ASKED) == READ


def test_other_names_of_the_keys_and_bare_options_are_read() -> None:
    said = {
        "title": "Which?",
        "questions": [{"question": "Which thing?", "type": "multi", "choices": ["planet", "element", "Mercury"]}],
    }
    assert parsed(json.dumps(said), ASKED) == Proposal(
        "Which?", "", (Proposed("Which thing?", "many", (Option("planet", "planet"), Option("element", "element"))),)
    )


def test_an_object_may_be_a_field_itself() -> None:
    found = parsed('{"question": "Which thing?", "options": ["planet", "god"]}', ASKED)
    assert found is not None
    assert found.text == "Which thing?"
    assert [option.label for option in found.fields[0].options] == ["planet", "god"]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "I think they mean the planet.",
        "[]",
        '{"fields": []}',
        '{"fields": [{"label": "x", "options": ["planet"]}]}',
        '{"fields": [{"label": "x", "options": ["Mercury", "mercury"]}]}',
        '{"fields": [{"label": "x", "options": ["planet", "Planets"]}]}',
        '{"fields": [{"label": "", "options": ["planet", "god"]}]}',
        '{"fields": [{"label": "x", "options": ["planet", "' + "god " * 40 + '"]}]}',
        '{"fields": {"label": ["x"], "options": {"a": "planet", "b": "god"}}}',
        '{"fields": [{"label": "x", "options": [1, null, ["planet"]]}]}',
        '{"fields": [{"label": "x", "options": ["planet", "god"',
        "{" * 5000,
        '{"a":' * 5000,
    ],
)
def test_what_is_no_form_is_none(said: str) -> None:
    assert parsed(said, ASKED) is None


def test_too_many_fields_and_options_are_cut() -> None:
    options = [f"reading {name}" for name in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")]
    said = {"question": "?", "fields": [{"label": f"field {n}", "options": options} for n in range(4)]}
    found = parsed(json.dumps(said), ASKED)
    assert found is not None
    assert len(found.fields) == MOST_FIELDS
    assert all(len(each.options) == MOST_OPTIONS for each in found.fields)


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(
            st.sampled_from(["question", "fields", "options", "label", "terms", "kind", "why", "choices", "text"]),
            inner,
        )
    ),
    max_leaves=25,
)


@given(st.text(max_size=60), trees, st.text(max_size=200))
def test_whatever_a_model_says_what_is_read_is_sound(around: str, tree: object, asked: str) -> None:
    found = parsed(f"{around}{json.dumps(tree)}{around}", asked)
    if found is None:
        return
    assert 1 <= len(found.fields) <= MOST_FIELDS
    for each in found.fields:
        assert each.label
        assert 2 <= len(each.options) <= MOST_OPTIONS
        assert len({plain(option.terms) for option in each.options}) == len(each.options)
        for option in each.options:
            assert 0 < len(option.label) <= LABEL
            assert plain(option.terms) - plain(asked)
