"""Does the reader get the answer, the whole answer, and none of the thoughts?"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.models.thoughts import SUSPECT_LIMIT, Thoughts


def read(pieces: list[str], *, thinks: bool = False) -> str:
    thoughts = Thoughts(thinks=thinks)
    return "".join([*map(thoughts.feed, pieces), thoughts.finish()])


REPLIES = [
    ("The tower is tall.", "The tower is tall."),
    ("\n\n The tower.", "The tower."),
    ("<think>\nHmm [1].\n</think>\n\nThe tower.", "The tower."),
    ("<think></think>The tower.", "The tower."),
    ("<THINKING>x</Thinking>The tower.", "The tower."),
    ("<think>one</think>The tower. <think>two</think>It is tall.", "The tower. It is tall."),
    ("<think>never ends", ""),
    ("The tower.\n<think>never ends", "The tower.\n"),
    ("◁think▷x◁/think▷The tower.", "The tower."),
    ("[THINK]x[/THINK]The tower.", "The tower."),
    ("Okay, so the user wants a tower.\n</think>\n\nThe tower.", "The tower."),
    ("Okay, so it goes: the tower is tall.", "Okay, so it goes: the tower is tall."),
    ("The user guide says so.", "The user guide says so."),
    ("<|channel|>analysis<|message|>Hmm.<|end|><|start|>assistant<|channel|>final<|message|>The tower.", "The tower."),
    ("<|im_start|>assistant\nThe tower.<|im_end|>\n<|im_start|>user\nAnd?", "The tower."),
    ("<|start_header_id|>assistant<|end_header_id|>\n\nThe tower.<|eot_id|>", "The tower."),
    ("<start_of_turn>model\nThe tower.<end_of_turn>", "The tower."),
    ("The tower.</s>", "The tower."),
    ("Assistant: The tower.", "The tower."),
    ("**Answer:** The tower.", "The tower."),
    ("Answering takes time.", "Answering takes time."),
    ("It is written `<think>` in code, 1 < 2 and [1] too.", "It is written `<think>` in code, 1 < 2 and [1] too."),
    ("A tag <b>bold</b> and <|odd text|> stay.", "A tag <b>bold</b> and <|odd text|> stay."),
    ("Ends with <thi", "Ends with <thi"),
    ('<tool_call>\n{"name": "search"}\n</tool_call>', ""),
    ('<tool_call>\n{"name": "search"}\n</tool_call>\nThe tower.', "The tower."),
    ('[TOOL_CALLS][{"name": "search"}]', ""),
]


@pytest.mark.parametrize(("reply", "answer"), REPLIES)
def test_the_answer_is_what_is_left(reply: str, answer: str) -> None:
    assert read([reply]) == answer
    assert read(list(reply)) == answer


PARTS = st.sampled_from(
    [
        *("<think>", "</think>", "<|im_end|>", "<|im_start|>", "assistant\n", "user", "<|end|>", "<|channel|>"),
        *("analysis", "final", "<|message|>", "Okay, so the user ", "Let me ", "Assistant:", "[THINK]", "[/THINK]"),
        *("<", ">", "|", "[", "]", "1", "`", ".", " ", "\n", "The tower", "think", "</", "<|", "</s>", "Answer: "),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=20).map("".join), st.booleans(), st.randoms(use_true_random=False))
def test_any_cutting_of_any_reply_gives_the_same_answer(reply: str, thinks: bool, rng: random.Random) -> None:
    cuts = sorted(rng.sample(range(len(reply) + 1), min(len(reply), rng.randint(0, 6))))
    pieces = [reply[a:b] for a, b in zip([0, *cuts], [*cuts, len(reply)], strict=True)]
    assert read(pieces, thinks=thinks) == read([reply], thinks=thinks) == read(list(reply), thinks=thinks)


def test_an_ordinary_reply_is_not_held_back() -> None:
    thoughts = Thoughts()
    assert thoughts.feed("Paris") == "Paris"
    assert thoughts.feed(" is") == " is"


def test_a_wrong_suspicion_costs_a_moment_and_not_the_answer() -> None:
    thoughts = Thoughts()
    text = "Okay, here it is. " + "Word " * SUSPECT_LIMIT
    assert thoughts.feed(text[:100]) == ""
    assert thoughts.feed(text[100:]) + thoughts.finish() == text


def test_a_model_known_to_think_is_held_back_until_it_has_thought() -> None:
    assert read(["The tower is what they want. ", "</think>", "It is tall."], thinks=True) == "It is tall."
    assert read(["The tower is tall."], thinks=True) == "The tower is tall."


def test_thoughts_sent_apart_end_the_suspicion() -> None:
    thoughts = Thoughts(thinks=True)
    thoughts.thought_elsewhere()
    assert thoughts.feed("Paris is big") == "Paris is big"
