"""How soon and how smoothly does the page appear, in a real Chromium on this machine?

    python -m benchmarks.page [--rounds 5] [--loads 20] [--slower 4] [--only loads stream lighthouse]

A server process over a few articles of the starter corpus, as ``pincite serve`` starts it.

*loads*: the home page and a finished answer with an empty cache: first contentful paint, requests, and bytes as they
are before compression. *stream*: a model server of known speed writes 2,000 words at 200 a second, and Chromium's own
throttle makes the page's processor so many times slower (a phone of the middle class: four). Each frame of text is
timed from when the page gets it to when it has been drawn. Layout shifts are those of the whole visit; long tasks
(50 ms and more) and the gaps between frames are those from the first words to the end. *lighthouse*: its four
categories, as a phone and as a desktop (that an answer which nobody shared is not to be indexed costs it points under
"seo", as it should); without npm it is left out, and the result says so. A page that Lighthouse gives up is audited
once more, and a second time costs its scores alone: the result says why. What is kept are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import platformdirs
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from benchmarks.process import PINCITE, environment, running, serving
from benchmarks.record import ROOT, parser, recording
from pincite.evals.measures import spread
from pincite.text.sentences import split

ARTICLES = ("Black hole", "Ptolemy", "Malaria")
QUESTION = "What is a black hole?"
WORDS, RATE = 2000, 200
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
LIGHTHOUSE = "12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE_MS = 120_000
AUDIT_S = 180.0
"""Ten times what an audit takes on a quiet machine."""
PARTS = ("loads", "stream", "lighthouse")
CACHE = Path(platformdirs.user_cache_dir("pincite"))

WATCH = """
window.seen = {drawn: [], gaps: [], long: [], shift: 0, from: 0, to: 0, told: 0};
const Native = window.EventSource;
window.EventSource = class extends Native {
  addEventListener(name, handler) {
    super.addEventListener(name, (event) => {
      const got = performance.now();
      window.seen.told += event.data?.length ?? 0;
      if (name === "tail" || name === "block") {
        window.seen.from ||= got;
        requestAnimationFrame(() => setTimeout(() => window.seen.drawn.push(performance.now() - got)));
      }
      if (name === "done") requestAnimationFrame(() => (window.seen.to = performance.now()));
      handler(event);
    });
  }
};
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.seen.long.push([one.startTime, one.duration]);
}).observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
let last = performance.now();
(function frame() {
  const now = performance.now();
  if (window.seen.from && !window.seen.to) window.seen.gaps.push(now - last);
  last = now;
  requestAnimationFrame(frame);
})();
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


# ── what is served ──


def articles() -> list[dict[str, Any]]:
    with lzma.open(ROOT / "corpus" / "starter.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["title"] in ARTICLES]


def written(text: str) -> str:
    """``WORDS`` words of an article's sentences, each with a marker; five are a paragraph, each tenth begins a list."""
    sentences = [text[start:end] for start, end in split(text)]
    said: list[str] = []
    words = 0
    for i, (sentence, mark) in enumerate(zip(cycle(sentences), cycle((1, 2, 1, 3)), strict=False), start=1):
        words += len(sentence.split()) + 1
        said.append(f"{' '.join(sentence.split()).rstrip('.')} [{mark}].")
        said.append("\n\n- " if i % 10 == 0 else "\n\n" if i % 5 == 0 else " ")
        if words >= WORDS:
            return "".join(said).strip()
    raise ValueError("the article has no sentences")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server that has the articles, and a model of known speed to write on them."""
    rows = articles()
    files = folder / "articles.jsonl"
    files.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answer = written(next(row["text"] for row in rows if row["title"] == ARTICLES[0]))
    model = ["-m", "pincite.testing.model_server", "--port", "0", "--rate", str(RATE), "--answer", answer]
    env = environment(folder / "data")
    with running([sys.executable, *model], "stdout", "models at ", env) as (at, _):
        env |= {"PINCITE_MODELS__ENDPOINTS__LOCAL__BASE_URL": at, "PINCITE_MODELS__ENDPOINTS__LOCAL__MODELS": "words"}
        subprocess.run([*PINCITE, "-q", "index", str(files)], env=env, stdin=subprocess.DEVNULL, check=True)
        with serving(env) as (url, _):
            yield url


def answered(url: str) -> dict[str, str]:
    """Where a finished answer without a model stands: for whom it was made, and for everybody."""
    with httpx.Client(base_url=url, timeout=120) as client:
        body = {"text": QUESTION, "model": "none"}
        answer = client.post("/api/ask", json=body, headers={"prefer": "wait"}).raise_for_status().json()
        thread = f"/t/{answer['question']['thread_id']}"
        client.post(f"{thread}/share", data={"visibility": "public"})
        shared = re.search(r'value="(http[^"]+/share/[\w-]+)"', client.get(f"{thread}/share").text)
        assert shared is not None
        return {"answer": f"{url}{thread}", "shared answer": shared[1]}


# ── loading ──


def loads(browser: Browser, pages: Mapping[str, str], times: int) -> dict[str, Any]:
    return {name: loaded(browser, url, times) for name, url in pages.items()}


def loaded(browser: Browser, url: str, times: int) -> dict[str, Any]:
    """First contentful paint of visits with an empty cache; the weight of one, which is the same each time."""
    painted: list[float] = []
    responses: list[Response] = []
    got: list[tuple[str, str, int]] = []
    for i in range(times + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
        page = context.new_page()
        if i == 0:
            page.on("response", lambda response: responses.append(response))
        page.goto(url)
        page.wait_for_function(PAINTED, polling=50)
        if i:
            painted.append(page.evaluate(PAINTED))
        else:  # this visit warms the server, and is weighed; what is loaded later comes soon after
            page.wait_for_timeout(1000)
            got = [(one.url, one.request.resource_type, len(one.body())) for one in responses if not live(one)]
        context.close()
    scripts = [size for _, kind, size in got if kind == "script"]
    return {
        "first_contentful_paint_ms": spread(painted),
        "visits": times,
        "requests": len(got),
        "script_bytes": sum(scripts),
        "bytes": sum(size for _, _, size in got),
        "hosts": len({httpx.URL(at).netloc for at, _, _ in got}),
    }


def live(response: Response) -> bool:
    """Whether it is a stream, which has no end while the page is open."""
    return response.headers.get("content-type", "").startswith("text/event-stream")


# ── streaming ──


def streamed(browser: Browser, url: str, slower: float) -> dict[str, Any]:
    """One answer, from the box of the home page to its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(WATCH)
    page.goto(url)
    page.click(".writers summary")
    page.locator("[name=model][value='local:words']").check()
    page.fill("#question", QUESTION)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.press("#question", "Enter")
    page.wait_for_url("**/t/**")
    page.wait_for_selector(".answer:not([data-status='running'])")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    figures = told(page)
    context.close()
    return figures


def told(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(500)
    seen = page.evaluate("() => structuredClone(window.seen)")
    long = [ms for start, ms in seen["long"] if seen["from"] <= start <= seen["to"]]
    gaps = sorted(seen["gaps"])
    return {
        "first_painted_ms": seen["drawn"][0],
        "painted_ms": statistics.median(seen["drawn"]),
        "frames_of_text": len(seen["drawn"]),
        "frame_gap_p99_ms": gaps[int(len(gaps) * 0.99)],
        "frames": len(gaps),
        "long_tasks": len(long),
        "longest_task_ms": max(long, default=0),
        "layout_shift": seen["shift"],
        "text_s": (seen["to"] - seen["from"]) / 1000,
        "characters_told": seen["told"],
        "words": len(page.locator(".text").inner_text().split()),
    }


def streams(browser: Browser, url: str, rounds: int, slower: float) -> dict[str, Any]:
    """Medians over the rounds, and the worst of what must never be."""
    streamed(browser, url, slower)  # the first one warms server, model and browser
    found = [streamed(browser, url, slower) for _ in range(rounds)]
    figures = {name: statistics.median(one[name] for one in found) for name in found[0]}
    worst = {f"worst_{name}": max(one[name] for one in found) for name in ("long_tasks", "layout_shift")}
    return {**figures, **worst, "rounds": rounds, "cpu_slower": slower}


# ── Lighthouse ──


def lighthouse(chromium: str, pages: Mapping[str, str], rounds: int, home: Path) -> dict[str, Any]:
    program = home / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            return {"missing": "npm, which installs Lighthouse (Debian: apt-get install npm)"}
        home.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--prefix", str(home), "--no-fund", "--no-audit", f"lighthouse@{LIGHTHOUSE}"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"missing": f"npm could not install Lighthouse: {done.stderr.strip()[-300:]}"}
    forms = {"phone": [], "desktop": ["--preset=desktop"]}
    found: dict[str, Any] = {}
    for name, url in pages.items():
        for form, options in forms.items():
            try:
                reports = [patiently(program, chromium, url, options) for _ in range(rounds)]
            except GivenUp as error:
                found[f"{name}, {form}"] = {"failed": str(error)}
            else:
                found[f"{name}, {form}"] = scored(reports)
    return found


class GivenUp(Exception):
    """What Lighthouse said when it gave a page up."""


def patiently(program: Path, chromium: str, url: str, options: Sequence[str]) -> dict[str, Any]:
    """A report, of a second try where the first one failed.

    On a busy machine a trace may lack the beginning of the visit: Lighthouse calls that NO_NAVSTART, says "run
    Lighthouse again", and ends before all of its report is in the pipe.
    """
    try:
        return audited(program, chromium, url, options)
    except GivenUp as error:
        print(f"page: Lighthouse gave up {url}, and tries it once more: {error}", file=sys.stderr)
        return audited(program, chromium, url, options)


def audited(program: Path, chromium: str, url: str, options: Sequence[str]) -> dict[str, Any]:
    """What Lighthouse reports of one page. Raises ``GivenUp``."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    quiet = ["--quiet", "--no-enable-error-reporting", "--output=json", "--output-path=stdout"]
    words = [str(program), url, *quiet, f"--chrome-flags={flags}", *options]
    said, complained, ended = heard(words, {**os.environ, "CHROME_PATH": chromium})
    try:
        report: dict[str, Any] = json.loads(said)
    except ValueError:
        raise GivenUp(complained.strip()[-500:] or f"exit {ended}, and not a word") from None
    if trouble := report.get("runtimeError"):
        raise GivenUp(f"{trouble.get('code', '')}: {trouble.get('message', '')}")
    if unscored := [name for name in CATEGORIES if report["categories"][name]["score"] is None]:
        errors = [
            f"{name}: {audit['errorMessage']}" for name, audit in report["audits"].items() if "errorMessage" in audit
        ]
        raise GivenUp(f"no score for {', '.join(unscored)}: {'; '.join(errors)}"[:500])
    return report


def heard(words: Sequence[str], env: Mapping[str, str]) -> tuple[str, str, int]:
    """What a process wrote on both streams, and its exit status. Raises ``GivenUp`` after ``AUDIT_S``."""
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said, complained = process.communicate(timeout=AUDIT_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # Lighthouse closes its browser then, which a kill would leave
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
            raise GivenUp(f"no report within {AUDIT_S:g} s") from None
    return said, complained, process.returncode


def scored(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Median scores of 100, and the audits that cost some of them in any round."""
    scores: dict[str, Any] = {
        name: statistics.median(round(100 * report["categories"][name]["score"]) for report in reports)
        for name in CATEGORIES
    }
    lost = {
        ref["id"]
        for report in reports
        for name in CATEGORIES
        for ref in report["categories"][name]["auditRefs"]
        if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) < 0.9
        if report["audits"][ref["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
    }
    return {**scores, "lost": sorted(lost), "rounds": len(reports)}


# ── all of it ──


def measure(given: argparse.Namespace) -> dict[str, Any]:
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        sys.exit(f"needs a browser: none of {', '.join(CHROMIUMS)} is on the path (Debian: apt-get install chromium)")
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="pincite-page-") as folder, served(Path(folder)) as url:
        pages = {"home": url, **answered(url)}
        if {"loads", "stream"} & set(given.only):
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
                if "loads" in given.only:
                    figures["loads"] = loads(browser, pages, given.loads)
                if "stream" in given.only:
                    figures["stream"] = streams(browser, url, given.rounds, given.slower)
                browser.close()
        if "lighthouse" in given.only:
            figures["lighthouse"] = lighthouse(chromium, pages, min(given.rounds, 3), given.cache / "lighthouse")
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True).stdout
    return {**figures, "chromium": said.strip()}


def main() -> None:
    options = parser("page", __doc__)
    options.add_argument("--rounds", type=int, default=5, help="streams; Lighthouse takes 3 at the most")
    options.add_argument("--loads", type=int, default=20, help="visits of each page")
    options.add_argument("--slower", type=float, default=4, help="how many times slower the page's processor is made")
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    options.add_argument("--cache", type=Path, default=CACHE, help="where Lighthouse is installed")
    given = options.parse_args()
    with recording("page", given.out) as figures:
        figures |= measure(given)


if __name__ == "__main__":
    main()
