"""Hostile text, row by row of the acceptance list (U): shown, never run, and nothing is fetched because of it.

The payloads stand wherever text of others can stand: in the answer, the question, titles, passages, follow-ups. A
browser that tried to run one would say so in its console, and that fails the test (``conftest.watch``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Beside, Opened
from tests.browser.stage import FORM, Stage, finish
from tests.crawl.serving import Page
from tests.crawl.serving import serving as hosting
from tests.web.conftest import Served

from pincite.events import Carded, Cited, Sourced, Suggested
from pincite.types import (
    Card,
    Cell,
    Choice,
    Citation,
    Column,
    Document,
    Passage,
    Sentence,
    Source,
    Span,
    Table,
    Verdict,
)

OWN = [
    "<script>window.ran=1</script>",
    '"><img src=x onerror=window.ran=1>',
    "[x](javascript:window.ran=1)",
    "![x](https://beacon.example/a.png)",
    "<svg onload=window.ran=1>",
    "</textarea></script><script>window.ran=1</script>",
    "<a href=javascript:window.ran=1>x</a>",
    "<style>@import 'https://beacon.example/x.css'</style>",
    "<form action=https://evil.example><input autofocus onfocus=window.ran=1>",
    "<base href=https://evil.example/>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "`</code><script>window.ran=1</script>`",
    '"><a id=preview name=question>',
]


def payloads(shared: Path | None) -> list[str]:
    found = list(OWN)
    if shared is not None:
        for name in ("payloads", "dompurify"):
            lines = (shared / "xss" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
            found += [str(json.loads(line)["payload"]) for line in lines if line]
    return [text.replace("\0", "") for text in found if text.strip()]


def hostile(number: int, text: str) -> Source:
    document = Document(id=f"h{number}", url=text[:500], title=text[:500], site=text[:100])
    passage = Passage(id=f"h{number}", document=document, headings=(text[:200],), text=text, start=0, end=len(text))
    return Source(number=number, document=document, passages=(passage,))


def show(stage: Stage, texts: list[str]) -> None:
    """An answer made of nothing but ``texts``."""
    stage.begin(text=" ".join(texts)[:3000])
    sources = tuple(hostile(i, text) for i, text in enumerate(texts, start=1))
    stage.put(Sourced(sources=sources))
    stage.put(tabled(Column(name="cells", kind="text"), rows=[(text,) for text in texts], said=texts[-1]))
    named = [Column(name=text, kind="number", unit=text) for text in texts]
    stage.put(tabled(*named, rows=[tuple(range(len(texts)))], said=texts[0]))
    at = 0
    for source, text in zip(sources, texts, strict=True):
        stage.write(f"{text}\n\n")
        quote = Span(start=0, end=min(len(text), 20))
        cited = (Citation(source=source.number, passage_id=source.passages[0].id, quote=quote, support=1),)
        lead = len(text) - len(text.lstrip())
        stage.put(
            Cited(sentence=Sentence(start=at + lead, end=at + len(text), citations=cited, verdict=Verdict.SUPPORTED))
        )
        at += len(text) + 2
    stage.put(Suggested(follow_ups=tuple(texts)), finish())


def tabled(*columns: Column, rows: Sequence[Sequence[Cell]], said: str) -> Carded:
    """Rows of a database that is as hostile as they are."""
    table = Table(
        database="shop",
        label=said,
        title=said,
        sql=said,
        tables=(said,),
        columns=columns,
        rows=tuple(map(tuple, rows)),
        total=len(rows),
    )
    return Carded(card=Card(widget="table", title=said, text=said, body=table))


def assert_harmless(stage: Stage, served: Served, opened: Opened) -> None:
    page = opened(stage.url)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    page.wait_for_timeout(200)
    assert page.evaluate("() => window.ran") is None
    assert page.locator(".answer :is(script, iframe, object, embed, img, svg, style, link, meta, base)").count() == 0
    acting = page.evaluate(
        """() => [...document.querySelectorAll('.answer *')].filter(e =>
             [...e.attributes].some(a => /^on|^style$/.test(a.name)) ||
             (e.href && !/^(https?|mailto):/.test(e.href)) ||
             (e.matches('form') && new URL(e.action).origin !== location.origin)).map(e => e.outerHTML.slice(0, 200))"""
    )
    assert acting == []
    opened(f"{served.url}/threads")
    opened(f"{served.url}/s/{stage.answer_id}/1")


def test_u1_hostile_text_is_shown_and_never_runs(served: Served, stage: Stage, opened: Opened) -> None:
    show(stage, payloads(None))
    assert_harmless(stage, served, opened)


def test_u1_a_public_collection_of_payloads_does_nothing(
    served: Served, stage: Stage, opened: Opened, shared_data: Path
) -> None:
    show(stage, payloads(shared_data)[::3])
    assert_harmless(stage, served, opened)


def test_u1_a_form_of_hostile_text_and_its_reply_do_nothing(served: Served, stage: Stage, opened: Opened) -> None:
    choices = tuple(Choice(id=f"c{n}", label=text, hint=text) for n, text in enumerate(OWN))
    form = FORM.model_copy(
        update={
            "text": OWN[0],
            "why": OWN[1],
            "fields": (FORM.fields[0].model_copy(update={"label": OWN[1], "choices": choices}),),
        }
    )
    asked = stage.ask_back(form)
    for options in ({}, {"java_script_enabled": False}):
        page = opened(stage.url, **options)
        expect(page.locator("form.clarify .choice")).to_have_count(len(OWN))
        assert page.locator("form.clarify .choice-name").first.inner_text().endswith(OWN[0])
        assert page.locator("form.clarify :is(script, img, svg, style, a, base, meta)").count() == 0
    stage.replied(asked, OWN[2], which=("c0", "c1", OWN[4]))
    page = opened(stage.url)
    for text in (OWN[0], OWN[1], OWN[4]):
        expect(page.locator("#a1 .replied > p")).to_contain_text(text)
    assert page.locator("#a1 .replied :is(script, img, svg, style, a)").count() == 0
    assert page.evaluate("() => window.ran") is None


def test_u1_hostile_text_that_streams_in_does_nothing_either(served: Served, stage: Stage, opened: Opened) -> None:
    stage.begin()
    page = opened(stage.url)
    for text in OWN:
        for i in range(0, len(text), 3):
            stage.write(text[i : i + 3])
        stage.write("\n\n")
    stage.put(finish())
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    assert page.evaluate("() => window.ran") is None


def test_u2_reading_an_answer_asks_no_other_host(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.reload()
    page.locator(".text .chip").first.hover()
    page.wait_for_timeout(300)
    assert hosts == {stage.url.split("/")[2]}


def test_u3_pages_are_guarded_by_their_headers(served: Served, stage: Stage) -> None:
    stage.whole()
    with served.client() as client:
        headers = client.get(f"/t/{stage.thread_id}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_u3_another_site_can_neither_post_nor_frame(
    served: Served, stage: Stage, opened: Opened, beside: Beside
) -> None:
    """Another port of this machine is another origin, and of the same site: what browsers let most things pass for."""
    stage.whole()
    forged = f"""<iframe name="framed" src="{stage.url}"></iframe><iframe name="there" srcdoc=""></iframe>
      <form method="post" target="there" action="{served.url}/ask">
      <input name="text" value="What is forged?"><button>Go</button></form>
      <form method="post" target="there" action="{stage.url}/delete"><button>Away</button></form>"""
    with beside.entered(hosting()) as site:
        site.pages["/"] = Page(f"<!doctype html><title>Evil</title><body>{forged}")
        page = opened(site.url(), quiet=True)
        assert "330 metres" not in str(page.frame("framed").content())  # type: ignore[union-attr]
        statuses = []
        for name in ("Go", "Away"):
            with page.expect_response(lambda reply: reply.request.method == "POST") as refused:
                page.get_by_role("button", name=name).click()
            statuses.append(refused.value.status)
    assert statuses == [403, 403]
    with served.client() as client:
        threads = client.get("/api/threads?limit=200").text
        assert client.get(f"/t/{stage.thread_id}").status_code == 200
    assert "What is forged?" not in threads
