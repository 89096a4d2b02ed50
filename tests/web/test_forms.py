"""How a form looks on the page, what its fields send, and with what it is one turn (F1, F2, F4)."""

from __future__ import annotations

import re

from starlette.datastructures import FormData
from tests.browser.stage import FORM

from pincite.library.sharing import Left, shown
from pincite.types import Answer, Choice, Document, Form, FormField, FormReply, Passage, Question, Source, Status
from pincite.web.draw import parts
from pincite.web.draw.turns import history, place, turns
from pincite.web.pages.replies import chosen

ASKED = Answer(id="asked", question=Question(text="How tall is it?", mode="copilot"), form=FORM, status=Status.WAITING)
BUDGET = FormField(id="budget", label="Budget", kind="range", default=("0", "500"))
WORDS = FormField(id="words", label="Where", kind="text", default=("Paris",))


def answered(reply: FormReply | None, id_: str, text: str = "How tall is it?", replaces: str | None = None) -> Answer:
    return Answer(
        id=id_, question=Question(text=text, reply=reply, replaces=replaces), text="330 m.", status=Status.ANSWERED
    )


# ── how it looks ──


def test_f1_each_kind_of_field_has_its_element_and_the_recommended_choice_is_picked() -> None:
    html = parts.form(ASKED)
    assert html.count("<fieldset><legend") == 2
    assert '<input type="radio" name="f-which" value="eiffel" data-key="1" checked>' in html
    assert '<input type="radio" name="f-which" value="tokyo" data-key="2">' in html
    assert '<input type="checkbox" name="f-what" value="height" data-key="3">' in html
    assert html.count("recommended</span>") == 1
    assert '<input type="text" name="o-which"' in html
    assert 'name="o-what"' not in html
    assert "required" not in html
    assert html.index(">Continue<") < html.index(">Skip<")  # Enter in a field presses the first


def test_f1_ranges_and_words_show_what_is_usual_and_send_what_is_given() -> None:
    form = Form(id="f", text="Which?", fields=(BUDGET, WORDS))
    html = parts.form(ASKED.model_copy(update={"form": form}))
    assert re.findall(r'type="number"[^>]*placeholder="(\d+)"', html) == ["0", "500"]
    assert re.search(r'name="o-words" value="" placeholder="Paris"', html)
    sent = FormData([("f-budget", ""), ("f-budget", "500"), ("o-words", " Lyon ")])
    assert chosen(form, sent) == {"budget": ("500",), "words": ("Lyon",)}
    assert chosen(form, FormData([("f-budget", ""), ("f-budget", ""), ("o-words", "")])) == {}


def test_what_is_typed_takes_the_place_of_one_choice_and_stands_beside_many() -> None:
    other = FORM.fields[1].model_copy(update={"allow_other": True})
    form = FORM.model_copy(update={"fields": (FORM.fields[0], other)})
    sent = FormData(
        [("f-which", "eiffel"), ("o-which", "the one in Blackpool"), ("f-what", "height"), ("o-what", "its lifts")]
    )
    assert chosen(form, sent) == {"which": ("the one in Blackpool",), "what": ("height", "its lifts")}


def test_words_of_a_form_are_never_html() -> None:
    hostile = '"><script>alert(1)</script>'
    choice = Choice(id=hostile, label=hostile, hint=hostile)
    field = FormField(id=hostile, label=hostile, kind="one", choices=(choice,), allow_other=True)
    asked = ASKED.model_copy(update={"form": Form(id=hostile, text=hostile, why=hostile, fields=(field,))})
    reply = FormReply(form_id=hostile, values={hostile: (hostile,)})
    for html in (parts.form(asked), parts.form(asked, alone=True), parts.form(asked, reply=reply, replaces=hostile)):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_f4_who_only_reads_sees_the_choices_and_nothing_to_press() -> None:
    html = parts.form(ASKED, alone=True)
    assert "The Eiffel Tower" in html
    assert "Something else" in html
    assert not re.search("<(form|input|button)", html)


def test_f2_a_reply_is_one_line() -> None:
    values = {"which": ("tokyo",), "what": ("height", "its lifts")}
    assert (
        parts.replied(FORM, FormReply(form_id="form", values=values))
        == "Tower: The Tokyo Tower; What matters to you: Height, its lifts"
    )
    assert parts.replied(None, FormReply(form_id="form", values=values, said="The Tokyo Tower")) == "The Tokyo Tower"


# ── a form and what became of it are one turn ──


def test_a_form_and_its_reply_are_one_turn_however_late_the_reply_comes() -> None:
    reply = FormReply(form_id="form", values={"which": ("tokyo",)}, said="The Tokyo Tower")
    thread = [ASKED, answered(None, "b", "Who built it?"), answered(reply, "c"), answered(reply, "d", replaces="c")]
    first, second = turns(thread)
    assert [one.id for one in first.versions] == ["c", "d"]
    assert first.asked == ASKED
    assert first.chosen == "Tower: The Tokyo Tower"
    assert [one.id for one in second.versions] == ["b"]
    assert second.chosen == ""
    assert place(thread, "c") == 1
    assert [one.id for one in history(thread, "d")] == []


def test_a_form_whose_reply_is_gone_can_be_answered_again() -> None:
    (turn,) = turns([ASKED])
    assert turn.answer == ASKED
    assert turn.asked is None


def test_a_reply_whose_form_is_gone_still_says_what_was_chosen() -> None:
    skipped = FormReply(form_id="form", skipped=True, said="The Eiffel Tower")
    (turn,) = turns([answered(skipped, "c")])
    assert turn.asked is None
    assert turn.chosen == "Skipped; assumed: The Eiffel Tower"


# ── what is shared ──


def test_a_form_made_of_files_goes_with_the_files() -> None:
    document = Document(url="urn:pincite:file:1", title="Our prices")
    passage = Passage(id="p", document=document, text="Secret.", start=0, end=7)
    asked = ASKED.model_copy(update={"sources": (Source(number=1, document=document, passages=(passage,)),)})
    reply = FormReply(form_id="form", values={"which": ("tokyo",)}, said="The Tokyo Tower")
    thread = [asked, answered(reply, "c")]
    both = shown(thread, [])
    assert (both[0].form, both[1].question.reply) == (FORM, reply)
    neither = shown(thread, [Left.FILES])
    assert (neither[0].form, neither[1].question.reply) == (None, None)
