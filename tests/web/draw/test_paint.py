"""The painter: its last view is the reloaded page, its frames lead there, and it is shared by all who watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.events import (
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Sourced,
    Stamped,
    Started,
    Stepped,
    Suggested,
    Wrote,
    fold,
    replay,
)
from pincite.types import (
    Card,
    Citation,
    Column,
    Degradation,
    Document,
    Fact,
    Passage,
    Problem,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Table,
    Usage,
    Verdict,
)
from pincite.web.draw.paint import Gallery, Painting, View, common_prefix, frames, paint, utf16

TEXT = (
    "The tower is **330 m tall.** It was built in 1889 🗼.\n\n## Why\n\n- For a *fair*.\n- It stayed.\n\n"
    "| what | when |\n|---|---|\n| opened | 1889 |\n\n```py\nx = 1\n```\n\n他说**“很高。”**是的。\n"
)
SENTENCES = [
    "The tower is **330 m tall.**",
    "It was built in 1889 🗼.",
    "- For a *fair*.",
    "- It stayed.",
    "| opened | 1889 |",
]


def source(number: int, text: str = "It is 330 m tall. It was built in 1889 for a fair.") -> Source:
    document = Document(
        id=f"d{number}", url=f"https://e{number}.org/t", title=f"Tower <{number}>", site=f"e{number}.org"
    )
    return Source(
        number=number,
        document=document,
        passages=(Passage(id=f"p{number}", document=document, text=text, start=0, end=len(text)),),
    )


def cite(number: int) -> Citation:
    return Citation(source=number, passage_id=f"p{number}", quote=Span(start=0, end=17), support=0.8)


def sentence(i: int, verdict: Verdict = Verdict.SUPPORTED) -> Sentence:
    start = TEXT.index(SENTENCES[i])
    citations = (cite(1 + i % 2),) if verdict in {Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNCHECKED} else ()
    return Sentence(start=start, end=start + len(SENTENCES[i]), citations=citations, verdict=verdict)


QUESTION = Question(text="How tall is it?")
TOWERS = Table(
    database="towers",
    label="Towers",
    title="towers by height",
    sql="SELECT name, height\nFROM towers",
    tables=("towers",),
    columns=(Column(name="name", kind="text"), Column(name="height", kind="number", unit="m")),
    rows=(("Eiffel Tower", 330), ("<b>Tower</b>", None)),
)
HEAD: list[Event] = [
    Started(answer_id="a1", question=QUESTION, model="m:one"),
    Stepped(step="plan", detail="one search", ms=1),
    Sourced(sources=(source(1), source(2), source(3))),
    Carded(
        card=Card(
            id="c",
            widget="fact",
            title="In short",
            text="330 m",
            body=Fact(value="330 m", sentence="It is 330 m tall."),
        )
    ),
    Carded(card=Card(id="t", widget="table", title="towers", text="", body=TOWERS)),
]
END: list[Event] = [
    Suggested(follow_ups=("Who built it?", 'What is "<b>"?')),
    Finished(status=Status.ANSWERED, usage=Usage(output_tokens=90), timings={"total": 3200.0, "first_sentence": 420.0}),
]


def log(
    text: str = TEXT, cuts: Sequence[int] = (), verdicts: Sequence[Verdict] = (Verdict.SUPPORTED,) * 5
) -> list[Event]:
    """A whole answer whose text came in pieces cut at ``cuts``; each sentence is cited as soon as it is whole."""
    edges = sorted({0, len(text), *(c % (len(text) + 1) for c in cuts)})
    events: list[Event] = list(HEAD)
    waiting = [sentence(i, verdict) for i, verdict in enumerate(verdicts)]
    for start, end in pairwise(edges):
        events.append(Wrote(text=text[start:end]))
        events += [Cited(sentence=s) for s in waiting if s.end <= end]
        waiting = [s for s in waiting if s.end > end]
    return [*events, *END]


SLOTS = ("step", "strip", "card", "data", "problem", "followups")


class Page:
    """What the page's script does with frames, in the units that JavaScript counts in."""

    def __init__(self) -> None:
        self.lists: dict[str, list[str]] = {"blocks": [], "sources": []}
        self.slots: dict[str, str] = {}
        self.tail = ""

    def apply(self, name: str, data: dict[str, object]) -> None:
        if name == "sync":
            self.lists = {"blocks": list(data["blocks"]), "sources": list(data["sources"])}  # type: ignore[call-overload]
            self.tail = str(data["tail"])
            self.slots |= {k: str(v) for k, v in data.items() if k in SLOTS}
        elif name == "block":
            i = int(str(data["i"]))
            self.lists["blocks"][i : i + 1] = [str(data["html"])]
        elif name == "sources":
            i, cards = int(str(data["i"])), self.lists["sources"]
            cards[i : i + 1] = [self.changed("".join(cards[i : i + 1]), data)]
        elif name == "tail":
            self.tail = self.changed(self.tail, data)
        elif name != "say":
            self.slots[name] = str(data["html"])

    def changed(self, old: str, data: dict[str, object]) -> str:
        units = old.encode("utf-16-le")[: 2 * int(str(data["k"]))]
        return units.decode("utf-16-le") + str(data["x"])

    def shows(self, view: View) -> bool:
        slots = {slot: getattr(view, slot) for slot in SLOTS}
        lists = {"blocks": list(view.blocks), "sources": list(view.sources)}
        done = self.slots.pop("done", "")
        return (self.lists, self.tail, self.slots, done) == (lists, view.tail, slots, view.done)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 5))
def test_the_page_after_streaming_is_the_page_on_reload(cuts: list[int], stride: int) -> None:
    events = log(cuts=cuts)
    painting, page, seen = Painting(), Page(), None
    for i, event in enumerate(events):
        painting.apply(event)
        if i % stride == 0 or i == len(events) - 1:
            view = painting.view()
            for frame in frames(seen, view):
                page.apply(*frame)
            seen = view
    assert page.shows(paint(events))
    assert paint(events) == paint(log())


def test_the_head_of_a_table_is_shown_when_it_is_one_and_not_as_bars_before() -> None:
    painting = Painting()
    for event in HEAD:
        painting.apply(event)
    shown = []
    for piece in ("## Facts\n\n", "| what", " | when |", "\n", "|---", "|---|", "\n", "| opened | 18"):
        painting.apply(Wrote(text=piece))
        view = painting.view()
        shown.append("".join(view.blocks) + view.tail)
    assert all("|" not in html for html in shown)
    assert ["<table>" in html for html in shown] == [False] * 6 + [True] * 2
    assert "18" in shown[-1]
    painting.apply(Wrote(text="89 |\n\n|x| is never below 0.\nNor"))
    assert "|x| is never" in painting.view().tail + "".join(painting.view().blocks)


def test_half_a_heading_sign_does_not_set_the_levels() -> None:
    painting = Painting()
    for event in [*HEAD, Wrote(text="#")]:
        painting.apply(event)
    painting.view()
    for event in [Wrote(text="## Sub\n\n# Top\n"), *END]:
        painting.apply(event)
    assert painting.view() == paint([*HEAD, Wrote(text="### Sub\n\n# Top\n"), *END])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40))
def test_a_connection_that_begins_late_shows_the_same(join: int, stride: int) -> None:
    events = log(cuts=range(0, len(TEXT), 9))
    painting, page, seen = Painting(), Page(), None
    for i, event in enumerate(events):
        painting.apply(event)
        if i >= min(join, len(events) - 1) and (i % (stride + 1) == 0 or i == len(events) - 1):
            view = painting.view()
            for frame in frames(seen, view):
                page.apply(*frame)
            seen = view
    assert page.shows(paint(events))


def test_the_view_of_a_replay_differs_in_nothing_but_the_steps() -> None:
    """Steps are progress and not part of an answer."""
    events = [event for event in log() if not isinstance(event, Stepped)]
    assert paint(replay(fold(events))) == paint(events)


def test_a_late_verdict_replaces_the_block_that_is_settled() -> None:
    painting = Painting()
    for event in [*HEAD, Wrote(text=TEXT), *(Cited(sentence=sentence(i)) for i in range(5))]:
        painting.apply(event)
    before = painting.view()
    painting.apply(Cited(sentence=sentence(0, Verdict.UNSUPPORTED)))
    changed = [data["i"] for name, data in frames(before, painting.view()) if name == "block"]
    assert changed[0] == 0
    assert "The sources do not say this." in painting.view().blocks[0]


def test_settled_blocks_are_sent_once() -> None:
    painting, seen, sent = Painting(), None, []
    for event in [*HEAD, *(Wrote(text=c) for c in TEXT), *END]:
        painting.apply(event)
        view = painting.view()
        sent += [data["i"] for name, data in frames(seen, view) if name == "block"]
        seen = view
    assert sent == sorted(set(sent))


def test_the_tail_costs_what_is_new_and_not_what_is_there() -> None:
    painting, seen, sent = Painting(), None, 0
    text = "word " * 400
    for event in [*HEAD, *(Wrote(text=text[i : i + 5]) for i in range(0, len(text), 5))]:
        painting.apply(event)
        view = painting.view()
        sent += sum(len(str(data["x"])) for name, data in frames(seen, view) if name == "tail")
        seen = view
    assert sent < 4 * len(text)


def test_q6_prefixes_are_counted_in_utf16_units() -> None:
    assert utf16("a🗼b") == 4
    assert common_prefix("a🗼b", "a🗼c") == 2
    assert common_prefix("", "x") == 0


@pytest.mark.parametrize(
    ("verdict", "wanted"),
    [
        (Verdict.PARTIAL, ["chip partial", "partly", "supports only a part"]),
        (Verdict.UNCHECKED, ["chip partial", "in another language, not checked"]),
        (Verdict.UNSUPPORTED, ["sentence unsupported", "The sources do not say this."]),
        (Verdict.UNCITED, ["sentence uncited", "No source was given"]),
    ],
)
def test_a_doubtful_sentence_says_so_in_words(verdict: Verdict, wanted: list[str]) -> None:
    html = "".join(paint(log(verdicts=[verdict])).blocks)
    for words in wanted:
        assert words in html


def test_a_chip_names_its_source_and_is_glued_on_both_sides() -> None:
    html = "".join(paint(log()).blocks)
    assert 'href="#a1-s1" aria-label="Source 1: Tower &lt;1&gt;, e1.org"' in html
    assert html.count("\u2060<a class=") == 5


def test_a_new_quote_is_sent_without_those_that_were_sent_before() -> None:
    painting, seen, sent = Painting(), None, []
    text = "One says so. " * 40
    for event in [*HEAD, Wrote(text=text)]:
        painting.apply(event)
    for i in range(40):
        cited = Citation(source=1, passage_id="p1", quote=Span(start=i, end=i + 9), support=0.9)
        whole = Sentence(start=13 * i, end=13 * i + 12, citations=(cited,), verdict=Verdict.SUPPORTED)
        painting.apply(Cited(sentence=whole))
        view = painting.view()
        sent.append(sum(len(str(data["x"])) for name, data in frames(seen, view) if name == "sources"))
        seen = view
    assert len(view.sources[0]) > 10 * sent[-1]
    assert max(sent[2:]) < 2 * min(sent[2:])


def test_sources_that_nothing_cites_step_back_when_the_answer_is_done() -> None:
    cards = paint(log()).sources
    assert [" more" in card.split(">")[0] for card in cards] == [False, False, True]
    assert "<mark>It is 330 m tall.</mark>" in cards[0]


@pytest.mark.parametrize("status", [Status.STOPPED, Status.INTERRUPTED, Status.FAILED])
def test_an_answer_that_broke_off_keeps_its_text_and_offers_another_try(status: Status) -> None:
    problem = Problem(type="x", title="The model went silent", detail="m:one sent nothing for 5 s", hint="try again")
    end: list[Event] = [] if status is Status.STOPPED else [Failed(problem=problem)]
    view = paint([*HEAD, Wrote(text="Half a sent"), *end, Finished(status=status)])
    assert "Half a sent" in view.blocks[0]
    assert "../a/a1/retry" in view.problem
    assert ("sent nothing for 5 s" in view.problem) == bool(end)
    assert view.say == {"stopped": "Stopped", "interrupted": "Interrupted", "failed": "Failed"}[status]


def test_a_degraded_answer_says_in_plain_words_what_was_missing() -> None:
    lost = Degradation(part="model", reason="unreachable", detail="connection refused")
    view = paint([*HEAD, Wrote(text="Text."), Finished(status=Status.ANSWERED, degraded=(lost,))])
    assert "The model was unreachable; this answer was extracted." in view.problem


@pytest.mark.parametrize("writer", [None, "m:one"])
def test_who_failed_before_the_first_word_is_not_named_as_the_writer(writer: str | None) -> None:
    lost = Degradation(part="model", reason="unreachable", detail="connection refused")
    began = Started(answer_id="a1", question=Question(text="Why?", thread_id="t1"), model="m:one")
    told = [Wrote(text="Text."), Finished(status=Status.ANSWERED, degraded=(lost,), usage=Usage(writer=writer))]
    done = paint([began, *told]).done
    assert ("No model" in done, "<dd>m:one</dd>" in done) == (writer is None, writer is not None)


def test_the_state_is_said_in_words() -> None:
    painting = Painting()
    said = []
    for event in [*HEAD, Wrote(text="Some")]:
        painting.apply(event)
        said.append(painting.view().step)
    assert "Searching" in said[0]
    assert "Reading 3 sources, waiting for one" in said[2]
    assert "Writing" in said[-1]


def test_hostile_titles_and_questions_are_only_text() -> None:
    bad = '"><script>alert(1)</script>'
    document = Document(id="d", url="javascript:alert(1)", title=bad, site=bad)
    hostile = Source(
        number=1, document=document, passages=(Passage(id="p1", document=document, text=bad, start=0, end=len(bad)),)
    )
    cited = Sentence(
        start=0,
        end=2,
        citations=(Citation(source=1, passage_id="p1", quote=Span(start=0, end=9), support=1),),
        verdict=Verdict.SUPPORTED,
    )
    view = paint(
        [
            Started(answer_id="a", question=Question(text=bad), model=bad),
            Stepped(step=bad, detail=bad),
            Sourced(sources=(hostile,)),
            Carded(card=Card(widget="fact", title=bad, text=bad, body=Fact(value=bad, sentence=bad))),
            Wrote(text="A."),
            Cited(sentence=cited),
            Suggested(follow_ups=(bad,)),
            Failed(problem=Problem(type="x", title=bad, detail=bad, hint=bad)),
            Finished(status=Status.FAILED, degraded=(Degradation(part=bad, reason=bad, detail=bad),)),
        ]
    )
    whole = "".join([*view.blocks, *view.sources, view.strip, view.card, view.problem, view.followups, view.done])
    assert "<script" not in whole
    assert 'href="javascript' not in whole


# ── live ──


async def stream(events: Sequence[Event], gate: asyncio.Event | None = None) -> AsyncIterator[Stamped]:
    for i, event in enumerate(events, start=1):
        if gate is not None and i == len(events):
            await gate.wait()
        yield Stamped(seq=i, event=event)


async def test_all_who_watch_share_one_painting_and_end_with_the_same_view() -> None:
    opened = 0

    def follow(answer_id: str) -> AsyncIterator[Stamped]:
        nonlocal opened
        opened += 1
        return stream(log(), gate)

    gate = asyncio.Event()
    gallery = Gallery(follow)

    async def watch() -> View:
        return [view async for view in gallery.watch("a1", 1)][-1]

    first = asyncio.create_task(watch())
    await asyncio.sleep(0.1)
    others = [asyncio.create_task(watch()) for _ in range(3)]
    await asyncio.sleep(0.05)
    gate.set()
    assert [await task for task in [first, *others]] == [paint(log())] * 4
    assert opened == 1


async def test_nobody_paints_when_nobody_watches() -> None:
    gate, closed = asyncio.Event(), asyncio.Event()

    async def follow(answer_id: str) -> AsyncIterator[Stamped]:
        try:
            async for stamped in stream(log(), gate):
                yield stamped
        finally:
            closed.set()

    gallery = Gallery(follow)
    watching = gallery.watch("a1", 1)
    await anext(watching)
    await watching.aclose()
    await asyncio.wait_for(closed.wait(), 2)
    assert not gallery._easels


async def test_a_log_that_breaks_ends_the_watching_with_its_error() -> None:
    async def follow(answer_id: str) -> AsyncIterator[Stamped]:
        async for stamped in stream(HEAD):
            yield stamped
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        _ = [view async for view in Gallery(follow).watch("a1", 1)]


async def test_a_watcher_that_leaves_before_the_first_view_leaves_nothing_behind() -> None:
    async def follow(answer_id: str) -> AsyncIterator[Stamped]:
        await asyncio.sleep(60)
        yield Stamped(seq=1, event=HEAD[0])

    gallery = Gallery(follow)
    watching = asyncio.ensure_future(anext(gallery.watch("a1", 1)))
    await asyncio.sleep(0.05)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await asyncio.sleep(0.05)
    assert not gallery._easels


async def test_a_picture_that_can_not_be_drawn_is_an_error_to_all_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Painting) -> View:
        raise ZeroDivisionError("drawing")

    monkeypatch.setattr(Painting, "view", broken)
    with pytest.raises(ZeroDivisionError):
        _ = [view async for view in Gallery(lambda _: stream(log())).watch("a1", 1)]


def _told(text: str, sentences: Sequence[Sentence]) -> str:
    question = Question(text="q")
    events: list[Event] = [Started(answer_id="a", question=question), Wrote(text=text)]
    events += [Cited(sentence=each) for each in sentences] + [Finished(status=Status.ANSWERED)]
    return "".join(paint(events).blocks)


def test_the_short_answer_stands_out_within_its_sentence() -> None:
    cited = (Citation(source=1, passage_id="p", support=1.0),)
    said = Sentence(start=0, end=15, verdict=Verdict.SUPPORTED, short=Span(start=10, end=14), citations=cited)
    html = _told("Opened in 1889.", [said])
    assert '<span class="short sentence supported" data-sentence="0" data-sources="1">1889</span>' in html
    assert html.count("data-quote") == 1


def test_sentences_side_by_side_are_a_table_with_its_chips_in_the_cells() -> None:
    cited = (Citation(source=1, passage_id="p", support=1.0),)
    text = "| A | B |\n|---|---|\n| One. | Two."
    heads = [Sentence(start=s, end=s + 1, verdict=Verdict.EXEMPT) for s in (2, 6)]
    cells = [Sentence(start=s, end=s + 4, verdict=Verdict.SUPPORTED, citations=cited) for s in (22, 29)]
    html = _told(text, [*heads, *cells])
    assert html.count("<th>") == html.count("<td>") == 2
    first = html[html.index("<td>") : html.index("</td>")]
    assert "One." in first
    assert first.count("chip") == 1


def test_a_card_whose_words_are_the_whole_text_shows_its_value_alone() -> None:
    card = Card(widget="calculator", title="Calculator", text="2 + 2 = 4", body=Fact(value="4", sentence="2 + 2 = 4"))
    log = [Started(answer_id="a", question=Question(text="2+2")), Carded(card=card), Wrote(text="2 + 2 = 4")]
    assert "card-sentence" in paint(log[:2]).card
    told = paint(log).card
    assert '<p class="value">4</p>' in told
    assert "card-sentence" not in told


def test_a_finished_answer_names_who_wrote_it_and_not_who_began() -> None:
    """A cheap model may begin to write, and another one write what is shown."""
    begun = [event for event in log() if not isinstance(event, Started | Finished)]
    start = Started(answer_id="a", question=Question(text="How tall is it?"), model="office:small")
    end = Finished(status=Status.ANSWERED, usage=Usage(writer="office:big", model_calls=2))
    painting = Painting()
    for event in (start, *begun, end):
        painting.apply(event)
    done = painting.view().done
    assert "office:big" in done
    assert "office:small" not in done
