from collections.abc import Callable

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pincite.answer.gather import number
from pincite.answer.question.pair import things
from pincite.answer.question.plan import plan
from pincite.answer.quote.agree import holds
from pincite.answer.quote.candidates import clean
from pincite.answer.quote.extract import DIFFER, Extract, card, extract
from pincite.answer.quote.opening import promoted
from pincite.ports import Vectors
from pincite.types import Document, Hit, Passage, Question

SENTENCES = st.lists(
    st.sampled_from(
        [
            "The red fox is a mammal.",
            "A is a fox.",
            "B is a fox that is not a mammal.",
            "Anna Fox wrote a book in 1913.",
            "It lives in Europe.[1]",
            "However, foxes also eat  berries [citation needed].",
            "Anna Fox wrote a book in 1912.",
            "Why do foxes bark?",
            "- Foxes have 42 teeth.",
            "A heading without a stop",
            "狐は動物です。",
            "This led to laws.",
            "The fox (Vulpes vulpes) was hunted; hunting was banned in 2004!",
            "Call it so:",
            "\n```py\nfox  = Fox()\n\nfox.bark()\n```\n",
        ]
    ),
    min_size=1,
    max_size=8,
)
PASSAGES = st.lists(
    st.tuples(st.sampled_from("ABC"), SENTENCES, st.sampled_from([" ", "  ", "\n", "\n\n"])), max_size=6
)
QUESTIONS = st.sampled_from(
    [
        "When did Anna Fox write a book?",
        "what is a red fox",
        "fox teeth",
        "How many teeth?",
        "狐",
        "compare A and B",
        "how do i call a fox",
    ]
)


class Letters:
    """An ``Embedder`` of letter counts: deterministic, and alike texts are alike."""

    name = "letters"
    dimensions = 26

    def embed(self, texts: list[str]) -> Vectors:
        counts = np.array([[text.lower().count(chr(97 + n)) + 0.1 for n in range(26)] for text in texts], np.float32)
        unit: Vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return unit


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def run(question: str, hits: list[Hit], *, embedded: bool = False, max_words: int = 120) -> Extract:
    made = plan(Question(text=question))
    for thing in reversed(things(question)):
        hits = promoted(thing, hits)
    return extract(made, hits, number(hits), Letters() if embedded else None, max_words)


_CODE = [
    "The red fox is a mammal.",
    "The red fox is a mammal.",
    "Call it so:",
    "\n```py\nfox  = Fox()\n\nfox.bark()\n```\n",
]

_DASHED = [*["A is a fox."] * 2, "Anna Fox wrote a book in 1913.", *["Call it so:"] * 2, "- Foxes have 42 teeth."]


@settings(deadline=None)
@given(PASSAGES, QUESTIONS, st.booleans(), st.integers(20, 120))
@example([("A", _CODE[:1], " "), ("A", _CODE, " ")], "how do i call a fox", False, 20)
@example([("A", _CODE[:1], " "), ("A", _DASHED, " ")], "how do i call a fox", False, 25)
def test_every_sentence_is_its_quote_with_characters_left_out_and_cites_it(
    passages: list[tuple[str, list[str], str]], question: str, embedded: bool, max_words: int
) -> None:
    hits = []
    for place, (title, sentences, joint) in enumerate(passages):
        text = joint.join(sentences)
        document = Document(id=title, url=f"https://example.org/{title}", title=title)
        passage = Passage(id=f"p{place}", document=document, text=text, start=0, end=len(text))
        hits.append(Hit(passage=passage, score=1.0, backend="index"))
    texts = {hit.passage.id: hit.passage.text for hit in hits}
    found = run(question, hits, embedded=embedded, max_words=max_words)
    sources = {source.number: {p.id for p in source.passages} for source in number(hits)}
    assert sum(len(piece.text.split()) for piece in found.pieces) <= max_words
    for piece in found.pieces:
        assert set(piece.lead_in) <= set("-| \n")
        if not piece.citations:
            # Our own words: what they may be is known, and no statement.
            assert piece.text in (DIFFER, *(title for title, _, _ in passages))
        for place, citation in enumerate(piece.citations):
            assert citation.passage_id in sources[citation.source]
            assert citation.quote is not None
            quote = texts[citation.passage_id][citation.quote.start : citation.quote.end]
            assert citation.support == 1.0
            assert holds(quote, piece.text)
            if place == 0:
                assert is_subsequence(piece.text, quote)
                assert clean(quote) == piece.text
        if piece.short:
            assert 0 <= piece.short[0] < piece.short[1] <= len(piece.text)


def test_the_sentence_that_answers_comes_first(hit: Callable[..., Hit]) -> None:
    text = "Foxes bark. The fox was first described by Linnaeus in 1758. Foxes eat berries."
    found = run("When was the fox first described?", [hit("Fox", text)])
    assert found.pieces[0].text == "The fox was first described by Linnaeus in 1758."
    assert found.fact == "1758"


def test_a_pronoun_comes_only_after_what_it_stands_for(hit: Callable[..., Hit]) -> None:
    text = "Marie Curie was a physicist. She discovered radium in 1898 in Paris."
    found = run("Who discovered radium?", [hit("Radium", text)])
    assert [piece.text for piece in found.pieces[:2]] == [
        "Marie Curie was a physicist.",
        "She discovered radium in 1898 in Paris.",
    ]


def test_a_lead_whose_pronoun_stands_for_what_is_asked_about_needs_no_sentence_before_it(
    hit: Callable[..., Hit],
) -> None:
    text = "Mongolia borders Russia to the north. Its capital is Ulaanbaatar. It has few people."
    one = run("What is the capital of Mongolia?", [hit("Mongolia", text)])
    assert one.pieces[0].text == "Its capital is Ulaanbaatar."
    other = run("Which country has the capital Ulaanbaatar?", [hit("Mongolia", text)])
    assert [piece.text for piece in other.pieces[:2]] == [
        "Mongolia borders Russia to the north.",
        "Its capital is Ulaanbaatar.",
    ]


def test_neither_titles_of_a_list_nor_what_leans_on_a_note_to_the_reader_stand_behind_the_lead(
    hit: Callable[..., Hit],
) -> None:
    text = (
        "The cat in the hat is a cat by Dr. Seuss. For other cats in hats see Hats. It lists a cat in a hat.\n\n"
        "* The cat in the hat songs\n* The cat in the hat is at home in its hat."
    )
    found = run("Who is the author of the cat in the hat?", [hit("The cat in the hat", text)])
    told = [piece.text for piece in found.pieces]
    assert told[0] == "The cat in the hat is a cat by Dr. Seuss."
    assert "The cat in the hat songs" not in told
    assert not any("see Hats" in piece for piece in told)


def test_the_same_sentence_in_two_sources_is_written_once_and_cited_twice(hit: Callable[..., Hit]) -> None:
    text = "The fox was first described by Linnaeus in 1758."
    found = run("When was the fox first described?", [hit("A", f"{text} A is long."), hit("B", f"B is other. {text}")])
    assert [piece.text for piece in found.pieces].count(text) == 1
    assert [citation.source for citation in found.pieces[0].citations] == [1, 2]


def test_what_failed_is_told_by_the_lines_of_a_log_in_their_order(hit: Callable[..., Hit]) -> None:
    log = (
        "2026-11-30 08:00:02 INFO job backup finished\n2026-11-30 08:05:34 ERROR smtp.example.com refused the call\n"
        "2026-11-30 08:06:00 INFO job rotate queued\nNov 30 08:07:00 web1 nginx[812]: FATAL no worker answers\n"
    )
    found = run("what went wrong?", [hit("Standard input", log)])
    assert "".join(piece.lead_in + piece.text for piece in found.pieces) == (
        "- 2026-11-30 08:05:34 ERROR smtp.example.com refused the call\n"
        "- Nov 30 08:07:00 web1 nginx[812]: FATAL no worker answers"
    )
    assert not found.fact


def test_what_is_new_in_a_version_is_told_by_its_section_and_by_the_kind_of_change_that_is_asked_for(
    hit: Callable[..., Hit],
) -> None:
    def section(text: str, *headings: str) -> Hit:
        one = hit("Changelog", text)
        return one.model_copy(update={"passage": one.passage.model_copy(update={"headings": headings})})

    hits = [
        section("- A crash is mended.", "1.4.0", "Fixed"),
        section("- Tables are compared.\n- Colours are shown.", "1.4.0", "Added"),
        section("- Nothing of the sort.", "1.4.1", "Added"),
    ]
    written = [
        "".join(p.lead_in + p.text for p in run(f"what {what} in 1.4.0?", hits).pieces)
        for what in ("is new", "was added")
    ]
    assert written == [
        "A crash is mended.\n\n- Tables are compared.\n- Colours are shown.",
        "- Tables are compared.\n- Colours are shown.",
    ]


def test_of_a_day_the_note_is_told_that_is_called_by_it(hit: Callable[..., Hit]) -> None:
    hits = [hit("2024-03-02", "Rain all day. Finished the taxes."), hit("2024-03-01", "Met Anna about the lease.")]
    for asked in ("what did I do on 1 March 2024?", "what happened on 2024-03-01?"):
        assert [piece.text for piece in run(asked, hits).pieces] == ["Met Anna about the lease."]


def test_when_it_was_is_told_by_the_time_of_a_line_of_a_log(hit: Callable[..., Hit]) -> None:
    log = (
        "2026-11-30 08:06:00 INFO job rotate queued\n2026-11-30 08:10:00 ERROR job sync-crm failed: timeout after 60 s"
    )
    found = run("when did job sync-crm fail?", [hit("Standard input", log)])
    assert found.lead is not None
    assert (found.fact, "sync-crm failed" in found.lead.text) == ("2026-11-30 08:10:00", True)


def test_a_text_that_only_tells_of_failures_is_no_log(hit: Callable[..., Hit]) -> None:
    found = run("what went wrong?", [hit("Scott", "The expedition failed in 1912. An error was made.")])
    assert found.pieces == ()


def test_instructions_keep_their_steps_in_order(hit: Callable[..., Hit]) -> None:
    text = "To bake bread:\n- Mix flour and water.\n- Let the dough rest.\n- Bake the bread for an hour."
    found = run("How do I bake bread?", [hit("Bread", text), hit("Oven", "An oven is hot. Bread is baked in an oven.")])
    written = "".join(piece.lead_in + piece.text for piece in found.pieces)
    assert written == text.replace(":\n", ":\n\n")


def test_nothing_found_is_nothing_written() -> None:
    found = run("anything", [])
    assert found.pieces == ()
    assert found.lead is None
    assert card(found) is None


def test_a_question_that_no_passage_touches_is_not_answered(hit: Callable[..., Hit]) -> None:
    found = run("Who painted the Mona Lisa?", [hit("Fox", "The red fox is a mammal. It lives in Europe.")])
    assert found.pieces == ()
    assert found.nearest == ("Fox",)


def test_the_card_is_readable_alone(hit: Callable[..., Hit]) -> None:
    found = run("When was the fox first described?", [hit("Fox", "The fox was first described by Linnaeus in 1758.")])
    made = card(found)
    assert made is not None
    assert made.text == "The fox was first described by Linnaeus in 1758."
    assert made.body.value == "1758"
    assert made.citations[0].source == 1


def opened(question: str, hits: list[Hit]) -> Extract:
    return run(question, promoted(plan(Question(text=question)).about, hits))


def test_what_is_answered_by_the_opening_of_the_document_about_it(hit: Callable[..., Hit]) -> None:
    opening = hit("Honey", "Honey on bread.\n\nHoney is a sweet food made by bees. It keeps for years.")
    found = opened("What is honey?", [hit("Bee", "Honey honey honey. What honey is, bees know."), opening])
    assert found.pieces[0].text == "Honey is a sweet food made by bees."


def test_the_date_of_a_death_is_the_short_answer(hit: Callable[..., Hit]) -> None:
    text = "Marie Curie (November 7, 1867 – July 4, 1934) was a physicist. She lived in Paris."
    found = opened("When did Marie Curie die?", [hit("Marie Curie", text)])
    assert found.fact == "July 4, 1934"
    assert len(found.pieces) == 1


def test_a_list_item_without_another_has_no_bullet(hit: Callable[..., Hit]) -> None:
    found = run("What do bees make honey out of?", [hit("Bee", "All about it.\n\n- Bees make honey out of nectar.")])
    assert [piece.lead_in + piece.text for piece in found.pieces][-1].strip() == "Bees make honey out of nectar."


def test_steps_of_two_ways_are_never_mixed(hit: Callable[..., Hit]) -> None:
    oven = "To bake bread, mix the flour and the water first. Let the bread dough rest. Bake the bread for an hour."
    pan = "To bake bread in a pan, melt butter. Pour the bread dough into the pan. Turn the bread after a while."
    found = run("How do I bake bread?", [hit("Oven bread", oven), hit("Pan bread", pan)])
    cited = {citation.source for piece in found.pieces for citation in piece.citations}
    assert len(cited) == 1
    assert [piece.text for piece in found.pieces] == sorted(
        (piece.text for piece in found.pieces), key=(oven + pan).index
    )


def test_the_short_answer_is_a_part_of_the_lead(hit: Callable[..., Hit]) -> None:
    found = run("When was the fox first described?", [hit("Fox", "The fox was first described by Linnaeus in 1758.")])
    assert found.lead is not None
    assert found.lead.short is not None
    assert found.lead.text[slice(*found.lead.short)] == found.fact == "1758"


def test_a_yes_no_question_gets_evidence_and_no_verdict(hit: Callable[..., Hit]) -> None:
    found = run("Is the red fox a mammal?", [hit("Fox", "The red fox is a mammal. It lives in Europe.")])
    assert found.pieces[0].text == "The red fox is a mammal."
    assert found.pieces[0].short is None


TICKETS = """id: HER-231; title: Login fails with E4012; status: open; assignee: Tomás

id: HER-232; title: Dark mode flickers on Safari and elsewhere; status: closed; assignee: Priya"""


def test_of_two_rows_the_one_with_the_number_that_is_asked_for_answers(hit: Callable[..., Hit]) -> None:
    for ticket, who in (("231", "Tomás"), ("232", "Priya")):
        found = run(f"what is the assignee of HER-{ticket}?", [hit("tickets", TICKETS)])
        assert [piece.text[-len(who) :] for piece in found.pieces] == [who]


def test_what_is_called_by_a_code_alone_is_told_where_it_is_named(hit: Callable[..., Hit]) -> None:
    log = "2026-03-04 13:06:10 INFO all is well\n2026-03-04 13:07:22 ERROR E4012: token signature mismatch"
    hits = [hit("tickets", TICKETS), hit("app", log)]
    assert [piece.text[:12] for piece in run("HER-231", hits).pieces] == ["id: HER-231;"]
    assert run("what does E4012 mean?", hits).pieces[0].text.endswith("token signature mismatch")
    assert not run("what does E4013 mean?", hits).pieces
    then = run("what happened on 4 March 2026 at 13:07?", hits)
    assert [piece.text[11:16] for piece in then.pieces] == ["13:07"]


def test_a_file_that_is_asked_for_by_name_is_told_from_its_start(hit: Callable[..., Hit]) -> None:
    one = hit("Delay", "Hello.\n\nThe gear box is late. It comes on 28 January.")
    document = one.passage.document.model_copy(update={"url": "file:///home/a%20b/anfrage%201.eml"})
    hits = [one.model_copy(update={"passage": one.passage.model_copy(update={"document": document})})]
    assert [piece.text for piece in run("what is in anfrage 1.eml?", hits).pieces][:2] == [
        "Hello.",
        "The gear box is late.",
    ]
    assert not run("who pays for anfrage 1.eml?", hits).pieces


def test_a_refusal_has_the_sentences_that_came_nearest(hit: Callable[..., Hit]) -> None:
    text = (
        "The Provider notifies the Customer of a breach within 24 hours. It keeps a list.\n\nA heading\n\nFees are due."
    )
    made = plan(Question(text="how fast is acme told about a breach?"))
    hits = [hit("Agreement", text)]
    found = extract(made, hits, number(hits), None, 120, least=1.1)
    assert found.pieces == ()
    assert found.evidence.chance >= 0.02
    assert found.near[0].text == "The Provider notifies the Customer of a breach within 24 hours."
    assert found.near[0].lead_in == "\n\n- "
    assert all(piece.citations and piece.short is None for piece in found.near)
    assert not {"A heading", "Fees are due."} & {piece.text for piece in found.near}


def test_where_nothing_comes_near_no_sentence_is_shown(hit: Callable[..., Hit]) -> None:
    found = run("who painted the mona lisa?", [hit("Agreement", "Fees are due in May.")])
    assert found.pieces == found.near == ()
