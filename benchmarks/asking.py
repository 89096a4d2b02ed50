"""How often is a question asked back where the index knows what it is about? People's requests, over all shared texts.

    python -m benchmarks.asking [--data FOLDER] [--vectors]

Asked in copilot mode without a model: ClariQ's requests, of which people said how much they need clarifying (1 not at
all, 4 it must be), MIMICS-Manual's queries, first turns of CAsT and QReCC, and, for what must not be asked back, the
questions of NQ and SQuAD. They are asked over every text of the shared data in one index: encyclopaedias, articles,
papers, web pages, answers of people. ``--data`` keeps the index between runs; by words, unless ``--vectors``. Of
``--answered`` of those that are asked back each choice is taken, and answered by the engine: how many are declined?

Many requests are about things of which no text knows. So each is labelled by a rule that was written before the
first run: its topic is *known* where, of a document among the 30 hits, title and first passage hold every content word
of the request, and the cross-encoder says of the best passage of this document that it answers (a relevance above 0).
That takes in pages that only mention it; so, added after the first run, *named* are those of which some text of the
index has the very content words for its title, parentheses aside, found or not.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tarfile
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import shared
from benchmarks.record import parser, recording
from pincite.answer.clarify.facets import PLEAS, plain
from pincite.encoders.cross import SHIPPED, CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.engine import AnswerEngine
from pincite.evals.clarify import UNHURRIED_S, Person, Request, Tried, tallied
from pincite.evals.intervals import wilson
from pincite.evals.record import Record
from pincite.evals.sets import sample
from pincite.index import Index
from pincite.index.passages import passages
from pincite.ports import Deadline
from pincite.rank.order import Order
from pincite.readers.markdown import headings
from pincite.search.own import OwnIndex
from pincite.settings import AnswerSettings, IndexSettings, Settings
from pincite.text.html import readable
from pincite.types import Document, FormReply, Heading, Hit, Original, Question

PAGES = ("extract-articles", "extract-readability", "extract-segments")
SITES = ("httpx", "starlette", "txtai", "uvicorn")
SETTINGS = IndexSettings()
LABELS = ("all", "known", "named")
Row = dict[str, Any]
_PARENTHESES = re.compile(r"\([^()]*\)")


# ── the texts ──


def originals() -> Iterator[Original]:
    """Every text of the shared data that says something about the world, each in the collection of its set."""
    for each in shared.rows("wikispeedia/articles.jsonl.xz"):
        yield made("wikispeedia", each["url"], each["title"], each["text"], headings(each["text"], 2))
    for each in shared.rows("freshwiki/articles.jsonl.xz"):
        text = "\n\n".join((each["summary"], *told(each["content"], 2)))
        yield made("freshwiki", each["url"], each["title"].replace("_", " "), text, headings(text, 2))
    for name in ("squad", "nq"):
        yield from joined(name, shared.rows(f"{name}/passages.jsonl.xz"))
    for name in ("dbpedia-mini", "msmarco-mini", "cranfield", "covid-qa"):
        for each in shared.rows(f"{name}/docs.jsonl.xz"):
            yield made(name, f"{name}:{each['id']}", each["title"], each["text"])
    for name in ("beer", "coffee"):
        yield from answered(name)
    for name in PAGES:
        yield from web(name, shared.HOME / name / "pages.tar.xz")
    for name in SITES:
        yield from web(name, shared.HOME / "sites" / f"{name}.tar.xz")


def made(collection: str, url: str, title: str, text: str, above: tuple[Heading, ...] = ()) -> Original:
    return Original(document=Document(url=url, title=title, collection=collection), text=text, headings=above)


def told(sections: Sequence[Mapping[str, Any]], level: int) -> Iterator[str]:
    """Sections and what they hold, as text with ``##`` headings."""
    for each in sections:
        yield f"{'#' * level} {each['section_title']}"
        yield " ".join(one["sentence"] for one in each["section_content"])
        yield from told(each["subsections"], level + 1)


def joined(name: str, rows: Iterable[Row]) -> Iterator[Original]:
    """Paragraphs of one title are one article."""
    texts: dict[str, list[str]] = defaultdict(list)
    for each in rows:
        texts[each["title"]].append(each["text"])
    for title, some in texts.items():
        yield made(name, f"{name}:{title}", title, "\n\n".join(some))


def answered(site: str) -> Iterator[Original]:
    """A question with all its answers."""
    said: dict[str, list[str]] = defaultdict(list)
    for each in shared.rows(f"stackexchange/{site}-answers.jsonl.xz"):
        said[each["question_id"]].append(each["text"])
    for each in shared.rows(f"stackexchange/{site}-questions.jsonl.xz"):
        yield made(site, each["url"], each["title"], "\n\n".join((each["text"], *said[each["id"]])))


def web(name: str, packed: Path) -> Iterator[Original]:
    """Pages as a crawl would have them."""
    with tarfile.open(packed) as pages:
        for member in pages:
            file = pages.extractfile(member) if member.name.endswith((".html", ".htm")) else None
            page = readable(file.read()) if file is not None else None
            if page is not None and page.text.strip():
                above = tuple(
                    Heading(level=level, title=title, start=at) for level, title, at in page.headings if title
                )
                yield made(name, f"{name}:{member.name}", page.title or member.name, page.text, above)


# ── the requests ──


def requests(limit: int, seed: int) -> list[tuple[Request, int]]:
    """Each with the need that people saw in it; 0 where nobody was asked."""
    found = [
        (Request(each["request"], "clariq"), int(each["clarification_need"]))
        for each in shared.rows("clariq/clariq.jsonl.xz")
    ]
    others: dict[str, Callable[[], Iterable[str]]] = {
        "mimics": lambda: (each["query"] for each in shared.rows("mimics-manual/panes.jsonl.xz")),
        "cast": lambda: (each["turns"][0]["user"] for each in shared.rows("cast/conversations.jsonl.xz")),
        "qrecc": lambda: (each["question"] for each in shared.rows("qrecc-2k/turns.jsonl.xz") if not each["history"]),
        "nq": lambda: (each["question"] for each in shared.rows("nq/questions.jsonl.xz")),
        "squad": lambda: (each["question"] for each in shared.rows("squad/questions-dev-v1.1.jsonl.xz")),
    }
    for name, texts in others.items():
        found += [(Request(text, name), 0) for text in sample(list(dict.fromkeys(texts())), limit, seed)]
    return found


class Knowing:
    """Says of which requests the index knows the topic."""

    def __init__(self, cross: CrossEncoder, texts: Iterable[Original]) -> None:
        self._cross = cross
        self._leads: dict[str, frozenset[str]] = {}
        self._titles: set[frozenset[str]] = set()
        for each in texts:
            self._leads[each.document.id] = lead(each)
            self._titles.add(plain(_PARENTHESES.sub("", each.document.title)))

    def named(self, text: str) -> bool:
        asked = plain(text) - PLEAS
        return bool(asked) and asked in self._titles

    def known(self, text: str, hits: Sequence[Hit]) -> bool:
        asked = plain(text) - PLEAS
        own: dict[str, list[Hit]] = defaultdict(list)
        for hit in hits:
            own[hit.passage.document.id].append(hit)
        about = [hit.passage for id_, some in own.items() if asked and asked <= self._leads[id_] for hit in some]
        return any(score > 0 for score in self._cross.score(text, about, Deadline.after(UNHURRIED_S)))


def lead(original: Original) -> frozenset[str]:
    """The plain content words of its title and its first passage."""
    first = passages(original, SETTINGS.passage_words)[:1]
    return plain(" ".join((original.document.title, *(each.text for each in first))))


async def tried(index: Index, knowing: Knowing, given: argparse.Namespace) -> list[Row]:
    person = Person(OwnIndex(index), Order(), MiniLM.load() if given.vectors else None)
    found = []
    for request, need in requests(given.limit, given.seed):
        done = await person.one(request)
        known, named = knowing.known(request.text, done.found), knowing.named(request.text)
        found.append({"tried": done, "need": need, "known": known, "named": named})
        if given.tell and (done.form or (known and need > 2)):
            label = "named" if named else "known" if known else "-"
            print(request.group, need, label, request.text, "→", said(done), flush=True)
    return found


def said(done: Tried) -> str:
    if done.form is None:
        return "not asked"
    choices = " / ".join(choice.label for field in done.form.fields for choice in field.choices)
    return f"{done.form.text} {choices} ({done.sound} of {done.options} sound)"


def counted(some: Sequence[Row]) -> Row:
    """How many are asked back: of all, of those of which the topic is known, of those that are named."""
    groups = {name: [each for each in some if name == "all" or each[name]] for name in LABELS}
    asked = {name: sum(each["tried"].form is not None for each in group) for name, group in groups.items()}
    return {name: asdict(wilson(asked[name], len(group))) if group else None for name, group in groups.items()}


def figures_of(found: Sequence[Row]) -> Row:
    groups: dict[str, list[Row]] = defaultdict(list)
    for each in found:
        groups[each["tried"].request.group].append(each)
        if each["need"]:
            groups[f"clariq, need {each['need']}"].append(each)
    asked = tallied([each["tried"] for each in found])
    return {"requests": {name: counted(groups[name]) for name in sorted(groups)}, "forms": asked}


def main() -> None:
    options = parser("asking", __doc__)
    options.add_argument("--limit", type=int, default=300, help="of each set but ClariQ")
    options.add_argument("--documents", type=int, help="the first so many texts alone")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--vectors", action="store_true", help="search by meaning, too: takes long without an index")
    options.add_argument("--tell", action="store_true", help="print each form, and who was to be asked and was not")
    options.add_argument("--answered", type=int, default=12, help="forms of which each choice is answered")
    options.add_argument("--data", type=Path, help="where the index is kept between runs")
    given = options.parse_args()
    with recording("asking", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-asking-") as folder:
        texts = sample(list(originals()), given.documents, given.seed)
        embedder = MiniLM.load() if given.vectors else None
        data = given.data or Path(folder)
        with closing(Index.open(data / "index", embedder, writer=True, settings=SETTINGS)) as index:
            index.add(texts)
            index.commit()
            if given.vectors:
                index.embed_pending(threading.Event())
            index.refresh()
            knowing = Knowing(CrossEncoder.load(SHIPPED), texts)
            figures |= {"documents": len(texts), "vectors": given.vectors}
            found = asyncio.run(tried(index, knowing, given))
        figures |= figures_of(found)
        asked = [each["tried"].request.text for each in found if each["tried"].form]
        some = sample(asked, given.answered, given.seed)
        figures["answered"] = asyncio.run(answered_choices(data, some, given.tell))


async def answered_choices(data: Path, texts: Sequence[str], tell: bool) -> Row:
    """Each choice of the forms that the engine asks for these texts, and how many are answered with "no answer"."""
    settings = Settings(data_dir=data, answer=AnswerSettings(clarify_s=UNHURRIED_S, read_s=UNHURRIED_S))
    choices = declined = 0
    async with await AnswerEngine.open(settings, env={}) as engine:
        for text in texts:
            form = (await engine.answer(Question(text=text, mode="copilot"))).form
            fields = form.fields if form else ()
            for field, choice in ((one, choice) for one in fields for choice in one.choices):
                waiting = await engine.answer(Question(text=text, mode="copilot"))
                if waiting.form is None:
                    raise RuntimeError(f"{text!r} was asked back once, and not again")
                reply = FormReply(form_id=waiting.form.id, values={field.id: (choice.id,)})
                answer = await engine.answer(Question(text="", thread_id=waiting.question.thread_id, reply=reply))
                choices, declined = choices + 1, declined + Record(system="pincite", answer=answer).abstained
                if tell:
                    print(f"{text} → {choice.label} → {answer.text[:160]!r}", flush=True)
    return {"requests": len(texts), "choices": choices, "declined": declined}


if __name__ == "__main__":
    main()
