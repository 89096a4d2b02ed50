"""A file is attached, asked about, opened at the mark, and thrown away; with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Beside, Opened
from tests.browser.stage import Stage
from tests.browser.test_look import AXE, PHONE
from tests.crawl.serving import Page as Sent
from tests.crawl.serving import serving as hosting
from tests.readers import making
from tests.web.conftest import Served

PAGES = [["The lease of Elm Street was signed by Ada Hill."], ["The deposit for the flat is 2400 euros."]]
PASTE = """([text]) => { const data = new DataTransfer(); data.setData("text/plain", text);
  const init = {bubbles: true, cancelable: true, clipboardData: data};
  return document.getElementById("question").dispatchEvent(new ClipboardEvent("paste", init)); }"""
QUESTION = "How much is the deposit for the flat?"


@pytest.fixture(scope="module")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "lease.pdf"
    path.write_bytes(making.pdf(PAGES))
    return path


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate("async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes[0].html}`)"))


def brought(page: Page, event: str, target: str, name: str, text: str, size: int = 0) -> None:
    """A drop or a paste of a file, as a browser would report it; with ``text`` again and again up to ``size``."""
    page.evaluate(
        """([event, target, name, text, size]) => {
            const data = new DataTransfer();
            data.items.add(new File([text.repeat(Math.max(1, size / text.length))], name));
            const kind = event === "paste" ? "clipboardData" : "dataTransfer";
            const init = {bubbles: true, cancelable: true, [kind]: data};
            const made = event === "paste" ? new ClipboardEvent(event, init) : new DragEvent(event, init);
            document.querySelector(target).dispatchEvent(made);
        }""",
        [event, target, name, text, size],
    )


def test_a8_only_a_file_that_stays_behind_is_struck_out(served: Served, opened: Opened, lease: Path) -> None:
    page = opened(served.url)
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Attach").click()
    choosing.value.set_files(lease)
    expect(page.locator(".attached .ready")).to_have_count(1, timeout=60_000)
    expect(page.locator(".attached-name")).to_have_css("text-decoration-line", "none")
    page.goto(f"{served.url}/?file={page.locator('.attached [name=file]').input_value()}")
    expect(page.locator(".attached-name")).to_have_css("text-decoration-line", "none")
    page.locator(".attached [name=file]").uncheck()
    expect(page.locator(".attached-name")).to_have_css("text-decoration-line", "line-through")


def test_n1_on_a_phone_one_tap_attaches_a_file_to_a_follow_up(stage: Stage, opened: Opened, lease: Path) -> None:
    stage.whole()
    page = opened(stage.url, **PHONE)
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Attach").tap()
    choosing.value.set_files(lease)
    expect(page.locator(".attached .ready")).to_have_count(1, timeout=60_000)


def test_a8_a_file_is_attached_by_button_drop_and_paste_and_refused_before_it_is_sent(
    served: Served, opened: Opened, lease: Path
) -> None:
    page = opened(served.url)
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Attach").click()
    choosing.value.set_files(lease)
    chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
    expect(chips.filter(has_text="lease.pdf")).to_have_class("ready", timeout=60_000)
    brought(page, "dragover", "body", "note.txt", "x")
    expect(page.get_by_text("Drop files to ask about them")).to_be_visible()
    brought(page, "drop", "body", "note.txt", "The club meets on Tuesdays.")
    brought(page, "paste", "#question", "list.csv", "city,people\nOslo,717000\n")
    brought(page, "drop", "body", "virus.exe", "MZ")
    expect(chips.filter(has_text="note.txt")).to_have_class("ready", timeout=60_000)
    expect(chips.filter(has_text="list.csv")).to_have_class("ready", timeout=60_000)
    expect(chips.filter(has_text="virus.exe")).to_contain_text("of a type that is not read")
    expect(chips.filter(has_text="virus.exe").locator(".attached-name")).to_be_in_viewport()
    assert violations(page) == []
    page.get_by_role("button", name="Remove virus.exe").click()
    expect(chips).to_have_count(3)
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".answer .text")).to_contain_text("2400", timeout=60_000)
    expect(page.locator(".source-place").first).to_have_text("page 2")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a8_a_refused_file_says_why_and_what_to_do_and_its_name_once(
    served: Served, opened: Opened, width: int
) -> None:
    page = opened(served.url, viewport={"width": width, "height": 800}, quiet=True)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    brought(page, "drop", "body", "virus.exe", "MZ")
    brought(page, "drop", "body", "minutes of 2026.doc", "old")
    brought(page, "drop", "body", "large.txt", "x", size=64_000_001)
    assert sent == []
    brought(page, "drop", "body", "broken.pdf", "no PDF at all")
    brought(page, "drop", "body", "empty.md", "")
    chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
    expect(page.locator(".attached .failed")).to_have_count(5, timeout=60_000)
    for name, words in {
        "virus.exe": "of a type that is not read → it reads documents, ",
        "minutes of 2026.doc": "of a type that is not read → save it as .docx",
        "large.txt": "larger than 64 MB → split the file",
        "broken.pdf": "can't be read: ",
        "empty.md": "is empty → pick another file",
    }.items():
        chip = chips.filter(has_text=name)
        expect(chip.locator(".attached-state")).to_contain_text(words)
        assert (chip.text_content() or "").count(name) == 1
        assert chip.locator(".attached-name").evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^(broken.pdf: can't|empty.md: is empty)"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_a9_a_long_paste_is_attached_and_a_short_one_stays_in_the_box(served: Served, opened: Opened) -> None:
    page = opened(served.url)
    assert page.evaluate(PASTE, ["Where does the club meet?"])
    chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
    expect(chips).to_have_count(0)
    assert not page.evaluate(PASTE, ["The club of Elm Street meets in the old mill. " * 60])
    expect(chips.filter(has_text="pasted text.txt")).to_have_class("ready", timeout=60_000)
    page.fill("#question", "Where does the club of Elm Street meet?")
    page.click(".send")
    expect(page.locator(".answer .text")).to_contain_text("old mill", timeout=60_000)


def test_a9_a_pasted_address_can_be_read_if_that_is_wished_and_its_host_is_asked_no_earlier(
    served: Served, opened: Opened, beside: Beside
) -> None:
    page = opened(served.url)
    chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
    with beside.entered(hosting()) as site:
        site.pages["/club"] = Sent("<title>The club</title><p>The club of Elm Street meets in the old mill.</p>")
        page.evaluate(PASTE, [site.url("/club")])
        page.fill("#question", f"Where does the club meet? {site.url('/club')}")
        expect(chips).to_have_text(f"127.0.0.1:{site.port}/clubRead this page×")
        assert violations(page) == []
        assert site.asked == []
        page.get_by_role("button", name="Read this page").click()
        expect(chips).to_have_class("ready", timeout=60_000)
        assert site.targets() == ["/club"]
    expect(page.locator("#question")).to_have_value("Where does the club meet?")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".answer .text")).to_contain_text("old mill", timeout=60_000)
    page.locator("#a1-s1 .quotes summary").click()
    page.get_by_role("link", name="Open the file").first.click()
    expect(page.get_by_role("link", name="fetched from 127.0.0.1")).to_have_attribute("href", site.url("/club"))


def test_a9_an_address_that_cannot_be_read_says_why_and_goes_away(
    served: Served, opened: Opened, beside: Beside
) -> None:
    page = opened(served.url, quiet=True)
    with beside.entered(hosting()) as site:
        page.fill("#question", f"What is it? {site.url('/gone')}")
        page.evaluate(PASTE, [site.url("/gone")])
        page.get_by_role("button", name="Read this page").click()
        chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
        expect(chips).to_have_class("failed")
        expect(chips).to_contain_text("the server said 404")
    page.get_by_role("button", name="Remove").click()
    expect(chips).to_have_count(0)
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_value(f"What is it? {site.url('/gone')}")


def test_g4_how_large_a_file_may_be_is_told_and_one_that_is_larger_is_never_sent(
    served: Served, opened: Opened
) -> None:
    page = opened(f"{served.url}/files")
    expect(page.get_by_label("Hand in")).to_have_accessible_description("Up to 64 MB a file")
    page.goto(served.url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    brought(page, "drop", "body", "large.txt", "x", size=64_000_001)
    brought(page, "drop", "body", "small.txt", "The club meets on Tuesdays.")
    chips = page.get_by_role("list", name="Files to ask about").get_by_role("listitem")
    expect(chips.filter(has_text="large.txt")).to_contain_text("larger than 64 MB")
    expect(chips.filter(has_text="small.txt")).to_have_class("ready", timeout=60_000)
    assert [url for url in sent if url.endswith("/api/files")] == [f"{served.url}/api/files"]


def test_g1_without_scripts_a_file_is_handed_in_asked_opened_at_the_mark_and_deleted(
    served: Served, opened: Opened, lease: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "flat.pdf"
    renamed.write_bytes(lease.read_bytes())
    page = opened(f"{served.url}/files", java_script_enabled=False)
    page.get_by_label("Hand in PDF").set_input_files(renamed)
    page.get_by_role("button", name="Hand in", exact=True).click()
    row = page.get_by_role("listitem").filter(has_text="flat.pdf")
    for _ in range(60):
        if "ready" in (row.get_attribute("class") or ""):
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(row).to_contain_text("2 pages")
    row.get_by_role("link", name="Ask about it flat.pdf").click()
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    for _ in range(60):
        if page.get_by_role("link", name="Open the file").count() or page.locator("details.quotes").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("details.quotes summary").first.click()
    page.get_by_role("link", name="Open the file").first.click()
    expect(page.locator("mark")).to_have_text("The deposit for the flat is 2400 euros.")
    assert page.locator('[id="page=2"] mark').count() == 1
    assert page.url.endswith("#mark")
    page.goto(f"{served.url}/files")
    row.locator("summary").click()
    expect(row).to_contain_text("its index go for good")
    row.get_by_role("button", name="Delete for good").click()
    expect(row).to_have_count(0)


def test_g2_a_citation_into_a_file_opens_the_reader_at_page_and_mark(
    served: Served, opened: Opened, lease: Path
) -> None:
    with served.client() as client:
        taken = client.post("/api/files", files={"file": ("second.pdf", lease.read_bytes())}).json()
        body = {"text": QUESTION, "files": [taken["id"]], "model": "none"}
        answer = client.post("/api/ask", json=body, headers={"prefer": "wait"}).json()
    page = opened(f"{served.url}/t/{answer['question']['thread_id']}")
    page.locator("details.quotes summary").first.click()
    page.get_by_role("link", name="Open the file").first.click()
    mark = page.locator('[id="page=2"] mark#mark')
    expect(mark).to_have_text("The deposit for the flat is 2400 euros.")
    expect(mark).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_p1_axe_finds_nothing_on_the_list_of_files_and_in_the_reader(
    served: Served, opened: Opened, lease: Path, scheme: str
) -> None:
    with served.client() as client:
        taken = client.post("/api/files", files={"file": (f"{scheme}.pdf", lease.read_bytes())}).json()
        # Its answer waits until the file is read.
        client.post("/api/ask", json={"text": QUESTION, "files": [taken["id"]]}, headers={"prefer": "wait"})
    page = opened(f"{served.url}/files", color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name=f"{scheme}.pdf", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
