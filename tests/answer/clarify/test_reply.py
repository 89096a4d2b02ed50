import pytest
from tests.answer.conftest import make_hit

from pincite.answer.clarify.reply import assumed, given, heard, narrowed, replied, typed, waiting, worded
from pincite.answer.question.plan import plan
from pincite.errors import BadInput, Conflict
from pincite.types import Answer, Choice, Filters, Form, FormField, FormReply, Question, Status

FORM = Form(
    id="f1",
    text="Which “Mercury” do you mean?",
    fields=(
        FormField(
            id="thing",
            label="Which “Mercury” do you mean?",
            kind="one",
            choices=(
                Choice(id="1", label="Mercury (planet)", query_patch="planet"),
                Choice(id="2", label="Mercury (element)", query_patch="element"),
                Choice(id="3", label="Project Mercury", query_patch="Project"),
            ),
            allow_other=True,
            default=("1",),
        ),
        FormField(
            id="side",
            label="Which sides?",
            kind="many",
            choices=(
                Choice(id="1", label="Discovery", query_patch="discovery"),
                Choice(id="2", label="Orbit", query_patch="orbit"),
            ),
        ),
        FormField(id="years", label="Between which years?", kind="range"),
    ),
)


def turn(id_: str, text: str, **more: object) -> Answer:
    status = more.pop("status", Status.ANSWERED)
    form = more.pop("form", None)
    question = Question(id=f"q-{id_}", thread_id="t", text=text, **more)  # type: ignore[arg-type]
    return Answer(id=id_, question=question, status=status, form=form)  # type: ignore[arg-type]


ASKING = turn(
    "a1",
    "Tell me about Mercury",
    mode="copilot",
    focus="index",
    filters=Filters(sites=("example.org",)),
    model="none",
    status=Status.WAITING,
    form=FORM,
)


def reply(text: str = "", **values: tuple[str, ...]) -> Question:
    return Question(thread_id="t", text=text, reply=FormReply(form_id="f1", values=values))


def test_a_reply_is_the_question_that_asked_with_what_was_chosen() -> None:
    question = replied(reply(thing=("2",), side=("1", "2")), [ASKING])
    assert question.text == "Tell me about Mercury"
    assert (question.mode, question.focus, question.model) == ("copilot", "index", "none")
    assert question.filters == Filters(sites=("example.org",))
    assert question.reply is not None
    assert question.reply.said == "Mercury (element); Discovery; Orbit"
    assert question.reply.terms == "element discovery orbit"
    assert worded(question) == "Tell me about Mercury (Mercury (element); Discovery; Orbit)"
    planned = narrowed(plan(question), question.reply)
    assert planned.queries[0] == "Tell me about Mercury element discovery orbit"
    assert planned.kind == plan(ASKING.question).kind


def test_what_was_chosen_outlives_the_turn_that_asked() -> None:
    first = replied(reply(thing=("1",)), [ASKING])
    said = heard([ASKING, turn("a2", first.text, reply=first.reply)])
    assert [answer.question.text for answer in said] == ["Tell me about Mercury (Mercury (planet))"]


def test_a_form_that_nobody_answered_stays_in_the_thread() -> None:
    assert heard([ASKING]) == [ASKING]
    assert heard([ASKING], FormReply(form_id="f1")) == []
    assert waiting([ASKING]) == ASKING
    assert waiting([ASKING, turn("a2", "Who?")]) is None


@pytest.mark.parametrize("skip", [FormReply(form_id="f1", skipped=True), FormReply(form_id="f1", values={"thing": ()})])
def test_a_skip_takes_what_is_recommended_and_says_so(skip: FormReply) -> None:
    question = replied(Question(thread_id="t", text="", reply=skip), [ASKING])
    assert question.reply is not None
    assert question.reply.skipped
    assert worded(question) == "Tell me about Mercury"
    planned = narrowed(plan(question), question.reply)
    assert planned == plan(question)


def test_what_a_skip_assumed_is_said_only_where_it_is_so() -> None:
    skipped = replied(Question(thread_id="t", text="", reply=FormReply(form_id="f1", skipped=True)), [ASKING]).reply
    planet, metal = make_hit("Mercury", "a small planet"), make_hit("Mercury", "a liquid metal")
    assert assumed(skipped, [planet, metal]) == "I assumed that this is about “Mercury (planet)”."
    assert assumed(skipped, [metal, planet]) == ""
    assert assumed(skipped, []) == ""
    assert assumed(None, [planet]) == ""
    assert assumed(replied(reply(thing=("1",)), [ASKING]).reply, [planet]) == ""


def test_other_words_than_the_choices_are_taken_where_the_field_takes_them() -> None:
    question = replied(reply(thing=("  the singer ",), years=("1970", "1991")), [ASKING])
    assert question.reply is not None
    assert question.reply.terms == "the singer 1970 1991"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (Question(thread_id="t", text="", reply=FormReply(form_id="nope")), "'nope'"),
        (reply(colour=("1",)), "'colour'"),
        (reply(side=("9",)), "'9'"),
        (reply(side=("orbital mechanics",)), "orbital mechanics"),
        (reply(thing=("1", "2")), "one value, not 2"),
        (reply(thing=("x" * 201,)), "200 characters"),
        (reply(thing=("a\x00b",)), "200 characters"),
        (reply(thing=("—",)), "—"),
        (reply(years=("1991", "1970")), "1991"),
        (reply(years=("old", "new")), "old"),
        (reply(years=("1", "2", "3")), "3"),
    ],
)
def test_a_reply_that_can_not_be_taken_says_why_and_what_to_do(question: Question, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        replied(question, [ASKING])
    assert told in refused.value.detail
    assert refused.value.hint


def test_a_form_is_answered_once_and_the_answer_can_be_changed() -> None:
    first = replied(reply(thing=("1",)), [ASKING])
    thread = [ASKING, turn("a2", first.text, reply=first.reply)]
    again = replied(reply(thing=("1",)), thread)
    assert given(again, thread) == thread[1]
    with pytest.raises(Conflict, match=r"answered with 'Mercury \(planet\)'"):
        replied(reply(thing=("2",)), thread)
    changed = replied(reply(thing=("2",)).model_copy(update={"replaces": "a2"}), thread)
    assert changed.reply is not None
    assert changed.reply.terms == "element"
    assert given(changed, thread) is None


def test_asked_again_a_reply_keeps_its_choices() -> None:
    first = replied(reply(thing=("2",)), [ASKING])
    thread = [ASKING, turn("a2", first.text, reply=first.reply)]
    again = replied(Question(thread_id="t", text=first.text, replaces="a2"), thread)
    assert again.reply == first.reply
    other = replied(Question(thread_id="t", text="Who was Mercury?", replaces="a2"), thread)
    assert other.reply is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Mercury (planet)", {"thing": ("1",)}),
        ("the planet", {"thing": ("1",)}),
        ("planet, please", {"thing": ("1",)}),
        ("Project Mercury", {"thing": ("3",)}),
        ("2", {"thing": ("2",)}),
        ("option 2", {"thing": ("2",)}),
        ("the second one", {"thing": ("2",)}),
        ("2 and 5", {"thing": ("2",), "side": ("2",)}),
        ("4, 5", {"side": ("1", "2")}),
        ("discovery and orbit", {"side": ("1", "2")}),
        ("the first", {"thing": ("1",)}),
        ("only the Roman god", {"thing": ("only the Roman god",)}),
        ("roman god", {"thing": ("roman god",)}),
        ("for children", {"thing": ("for children",)}),
    ],
)
def test_what_is_typed_may_choose(text: str, values: dict[str, tuple[str, ...]]) -> None:
    found = typed(text, FORM)
    assert found is not None
    assert found.values == values
    question = replied(Question(thread_id="t", text=text), [ASKING])
    assert question.text == "Tell me about Mercury"
    assert question.reply is not None
    assert question.reply.values == values


@pytest.mark.parametrize("text", ["skip", "Any.", "It doesn’t matter", "I don't know", "both"])
def test_what_is_typed_may_skip(text: str) -> None:
    assert typed(text, FORM) == FormReply(form_id="f1", skipped=True)


@pytest.mark.parametrize(
    "text",
    [
        "Who was the first person on the Moon?",
        "planet?",
        "what is the orbit",
        "Paris Saint Germain history",
        "Tell me about Venus",
        "How tall is the Eiffel Tower",
        "The Eiffel Tower was built in 1889 by a company that I forgot",
        "Eiffel Tower",
    ],
)
def test_what_is_typed_may_be_a_question_of_its_own(text: str) -> None:
    assert typed(text, FORM) is None
    question = Question(thread_id="t", text=text)
    assert replied(question, [ASKING]) == question


PLAIN = FORM.model_copy(update={"fields": FORM.fields[:2]})


@pytest.mark.parametrize(("text", "told"), [("7", "5 choices, not '7'"), ("0", "'0'"), ("1 and 2", "one value, not 2")])
def test_a_number_that_chooses_nothing_is_no_question(text: str, told: str) -> None:
    asking = ASKING.model_copy(update={"form": PLAIN})
    with pytest.raises(BadInput, match=told) as refused:
        replied(Question(thread_id="t", text=text), [asking])
    assert refused.value.hint


def test_a_number_may_fill_a_range() -> None:
    found = typed("1970 1991", FORM)
    assert found == FormReply(form_id="f1", values={"years": ("1970", "1991")})


def test_the_same_typed_words_sent_again_are_the_same_reply() -> None:
    first = replied(Question(thread_id="t", text="the planet"), [ASKING])
    thread = [ASKING, turn("a2", first.text, reply=first.reply)]
    again = replied(Question(thread_id="t", text="the planet"), thread, repeated=True)
    assert given(again, thread) == thread[1]
    assert replied(Question(thread_id="t", text="the planet"), thread).reply is None


def test_a_typed_answer_needs_a_form_that_waits() -> None:
    question = Question(thread_id="t", text="planet")
    assert replied(question, []) == question
    assert replied(question, [ASKING, turn("a2", "Who?")]) == question
