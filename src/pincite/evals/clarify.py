"""Does asking back pay? Forms mined for open requests, answered by a simulated person who knows what is meant.

The *facet-labelled* set is made by rule from articles with headings and questions whose article and answer are known:

- ``heading``: asked is for the article by its title alone; meant is the section in which the answer stands.
- ``title``: asked is for one word of a title (its last, or one before "of" or a parenthesis) that at least three titles
  have; meant is the question's article.

Right are the passages of that section, or of that article, that hold an answer (grade 2), and the others of that
section (grade 1). The simulated person knows title, heading and question, and picks the choice with the most of their
words that were not asked already; where no choice has any, they skip. ``clear`` are the questions themselves, in full:
asking them back is not wanted. Requests of other sets have no passages here: of them only the forms are measured.
"""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pincite.answer.clarify.clarify import HITS, MOST_CHOICES, MOST_FIELDS, clarify
from pincite.answer.clarify.facets import plain
from pincite.answer.clarify.reply import narrowed, replied
from pincite.answer.gather import gather
from pincite.answer.question.plan import plan
from pincite.encoders.embed import MiniLM
from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.intervals import wilson
from pincite.evals.options import apart, judged, lands
from pincite.evals.options import exam as examined
from pincite.evals.report import Report, Telling, silent
from pincite.index import Index
from pincite.index.passages import passages
from pincite.ports import Deadline, Query, Ranker, SearchBackend
from pincite.rank.order import Order
from pincite.readers.markdown import headings
from pincite.search.own import OwnIndex
from pincite.settings import IndexSettings, SearchSettings
from pincite.types import Answer, Choice, Document, Form, FormReply, Hit, Original, Question, Status

UNHURRIED_S = 60.0
SHARING, SHARED_BY = 3, 30
"""Titles that must have a word before it is asked for alone, and how many may have it at the most: a word of more
titles is no name."""
SHOWN = 8
"""Passages that an answer is written from."""
RETRIEVED = 3
"""Documents that an option must find among this many passages."""
CANDIDATES = 100
WORDS = IndexSettings().passage_words
_NAMING = re.compile(r"\b([A-Z][a-z]{3,})(?= \(| of |$)")
"""Words of a title that name a thing: the last one, and those before "of" or a parenthesis."""


@dataclass(frozen=True)
class Request:
    """What is asked, and what only the person who asks knows: ``meant`` in words, and the right passages."""

    text: str
    group: str
    meant: str = ""
    right: dict[str, float] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    article: str = ""


@dataclass
class Tried:
    """One request: the form, and how good the search is without it, with the simulated choice, and skipped."""

    request: Request
    form: Form | None
    quick: float = 0.0
    clicked: float = 0.0
    skipped: float = 0.0
    held: tuple[bool, bool, bool] = (False, False, False)
    """Whether an answer stands in the passages that would be shown, in the same three cases."""
    valid: bool = False
    options: int = 0
    alive: int = 0
    """Options that find enough documents."""
    formed: int = 0
    """Options that are well formed, see ``options.py``."""
    landed: int = 0
    """Options that lead somewhere."""
    apart: int = 0
    """Options that lead where no other one leads."""
    sound: int = 0
    """Options that are and do all this: good or fair."""
    picked: bool = False
    found: tuple[Hit, ...] = ()
    """What was found before anything was asked."""


def run(
    articles: Sequence[Path],
    questions: Sequence[Path],
    requests: Sequence[Path] = (),
    *,
    documents: int | None = None,
    dense: bool = True,
    limit: int | None = None,
    seed: int = 0,
    telling: Telling = silent,
) -> Report:
    """``documents`` indexes so many articles only, those that are asked about among them; without ``dense`` by words.

    ``limit`` is for each group of requests. Raises ``BadInput`` for files without articles or questions about them.
    """
    originals = _originals(articles)
    labelled = _labelled(originals, questions, limit, seed)
    if not labelled:
        raise BadInput("no question is about one of the articles", hint="questions name theirs by article_id")
    others = [Request(text, path.name.partition(".")[0]) for path in requests for text in _requests(path, limit, seed)]
    wanted = _kept(originals, labelled, documents, seed)
    embedder = MiniLM.load() if dense else None
    with tempfile.TemporaryDirectory(prefix="pincite-eval-") as folder:
        settings = IndexSettings(passage_words=WORDS)
        with closing(Index.open(Path(folder), embedder, writer=True, settings=settings)) as index:
            index.add(wanted, lambda p: telling("index", p.done, len(wanted)))
            index.commit()
            if dense:
                index.embed_pending(threading.Event(), lambda p: telling("vectors", p.done, p.total))
            index.refresh()
            person = Person(OwnIndex(index), Order(), embedder)
            tried = asyncio.run(person.all([*labelled, *others], telling))
    return _report(tried, len(wanted))


def exam(panes: Sequence[Path]) -> Report:
    """The rule for options on sets that people labelled, see ``evals/options.py``."""
    found = examined(panes)
    rows = {name: {**asdict(one), "precision": one.precision, "recall": one.recall} for name, one in found.items()}
    return Report("options", {"sets": found["both"].sets}, rows)


def _report(tried: Sequence[Tried], documents: int) -> Report:
    groups: dict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        groups[one.request.group].append(one)
    open_ones = [one for one in tried if one.request.right and one.request.group != "clear"]
    rows = {name: tallied(some) for name, some in groups.items()}
    rows["labelled, all"] = tallied(open_ones)
    rows["all turns"] = tallied(tried)
    return Report("clarify", {"documents": documents, "turns": len(tried)}, rows)


def tallied(some: Sequence[Tried]) -> dict[str, Any]:
    """How many are asked back, how good the options are, and what asking is worth if the right passages are known."""
    asked = [one for one in some if one.form is not None]
    options = sum(one.options for one in asked)
    row: dict[str, Any] = {"n": len(some), "asked": asdict(wilson(len(asked), len(some))) if some else None}
    if options:
        row |= {
            "valid": sum(one.valid for one in asked) / len(asked),
            "options": options,
            "retrieve": sum(one.alive for one in asked) / options,
            "well formed": sum(one.formed for one in asked) / options,
            "lead somewhere": sum(one.landed for one in asked) / options,
            "lead apart": sum(one.apart for one in asked) / options,
            "good or fair": sum(one.sound for one in asked) / options,
        }
    if asked and all(one.request.right for one in some):
        row["picked"] = sum(one.picked for one in asked) / len(asked)
        for name, chosen in (("asked", asked), ("all", some)):
            quick = measures.mean([one.quick for one in chosen])
            held = [measures.mean([float(one.held[at]) for one in chosen]) for at in range(3)]
            row[f"{name} ndcg@10"] = {
                "quick": quick,
                "chosen": measures.mean([one.clicked for one in chosen]),
                "skipped": measures.mean([one.skipped for one in chosen]),
            }
            row[f"{name} answer shown"] = dict(zip(("quick", "chosen", "skipped"), held, strict=True))
    return row


def flaws(form: Form) -> list[str]:
    """What is wrong with a form by the rules that every one keeps; nothing for a valid one."""
    wrong = [] if 1 <= len(form.fields) <= MOST_FIELDS else [f"{len(form.fields)} fields"]
    wrong += [] if form.text.strip() and form.why.strip() else ["no text, or no reason"]
    if len({each.id for each in form.fields}) < len(form.fields):
        wrong.append("two fields of one id")
    for each in form.fields:
        ids = [choice.id for choice in each.choices]
        labels = [choice.label.strip().casefold() for choice in each.choices]
        if each.choices and not 2 <= len(ids) <= MOST_CHOICES:
            wrong.append(f"{each.id}: {len(ids)} choices")
        if len({*ids}) < len(ids) or len({*labels}) < len(labels) or not all(labels) or not each.label.strip():
            wrong.append(f"{each.id}: ids or labels that are empty or not unique")
        if not {*each.default} <= {*ids} or (each.kind == "one" and len(each.default) > 1):
            wrong.append(f"{each.id}: {each.default} can't be recommended")
        if not each.choices and each.kind in ("one", "many"):
            wrong.append(f"{each.id}: nothing to choose")
    return wrong if Form.model_validate_json(form.model_dump_json()) == form else [*wrong, "not the same in JSON"]


# ── the simulated person ──


@dataclass(frozen=True)
class Person:
    backend: SearchBackend
    ranker: Ranker
    embedder: MiniLM | None

    async def all(self, requests: Sequence[Request], telling: Telling) -> list[Tried]:
        found = []
        for number, request in enumerate(requests, start=1):
            found.append(await self.one(request))
            telling("requests", number, len(requests))
        return found

    async def one(self, request: Request) -> Tried:
        question = Question(thread_id="eval", text=request.text, mode="copilot")
        deadline = Deadline.after(UNHURRIED_S)
        planned = plan(question)
        gathered = await self._hits(question)
        form = await clarify(planned, gathered, {"index": self.backend}, question.filters, self.embedder, deadline)
        tried = Tried(request, form, found=tuple(gathered))
        tried.quick, quick = self._score(gathered, request)
        tried.clicked = tried.skipped = tried.quick
        tried.held = (quick, quick, quick)
        if form is None:
            return tried
        tried.valid = not flaws(form)
        waiting = Answer(id="asked", question=question, form=form, status=Status.WAITING)
        await self._look_at_options(tried, waiting, form)
        values = chosen(form, request)
        tried.picked = bool(values)
        tried.skipped, skipped = self._score(await self._reply(waiting, {}), request)
        tried.clicked, clicked = self._score(await self._reply(waiting, values), request)
        tried.held = (quick, clicked, skipped)
        return tried

    async def _reply(self, waiting: Answer, values: dict[str, tuple[str, ...]]) -> list[Hit]:
        form_id = waiting.form.id if waiting.form else ""
        given = Question(thread_id="eval", text="", reply=FormReply(form_id=form_id, values=values))
        return await self._hits(replied(given, [waiting]))

    async def _hits(self, question: Question) -> list[Hit]:
        """What steps 2 and 3 of an answer find."""
        planned = narrowed(plan(question), question.reply)
        gathered = await gather(
            planned.queries,
            question.filters,
            {"index": self.backend},
            self.ranker,
            SearchSettings(hits=HITS, deadline_s=UNHURRIED_S),
            SHOWN,
            Deadline.after(UNHURRIED_S),
            (planned.about,),
        )
        return list(gathered.ranked)

    def _score(self, found: Sequence[Hit], request: Request) -> tuple[float, bool]:
        """nDCG@10, and whether a right passage with an answer is among those that would be shown."""
        shown = [hit.passage for hit in found[:SHOWN] if hit.passage.id in request.right]
        held = any(answer in passage.text for passage in shown for answer in request.answers)
        return measures.ndcg([hit.passage.id for hit in found], request.right), held

    async def _look_at_options(self, tried: Tried, waiting: Answer, form: Form) -> None:
        """How many there are, find enough documents, are well formed, and lead somewhere of their own."""
        text = tried.request.text
        for each in form.fields:
            found = [await self._reply(waiting, {each.id: (choice.id,)}) for choice in each.choices]
            formed = judged(text, [choice.label for choice in each.choices])
            leads = [lands(text, choice.query_patch, hits) for choice, hits in zip(each.choices, found, strict=True)]
            own = apart(found)
            tried.options += len(each.choices)
            tried.alive += sum([await self._is_alive(text, choice) for choice in each.choices])
            tried.formed += sum(formed)
            tried.landed += sum(leads)
            tried.apart += sum(own)
            tried.sound += sum(all(one) for one in zip(formed, leads, own, strict=True))

    async def _is_alive(self, text: str, choice: Choice) -> bool:
        """Whether the option finds enough documents."""
        query = Query(f"{text.rstrip(' ?.!')} {choice.query_patch}", CANDIDATES)
        hits = await self.backend.search(query, Deadline.after(UNHURRIED_S))
        return len({hit.passage.document.id for hit in hits}) >= RETRIEVED


def chosen(form: Form, request: Request) -> dict[str, tuple[str, ...]]:
    """What the simulated person picks: the choice with the most words of what is meant; nothing where none has any."""
    meant = plain(request.meant) - plain(request.text)
    values: dict[str, tuple[str, ...]] = {}
    for each in form.fields:
        scored = [
            (len(plain(choice.label) & meant) / len(plain(choice.label) or {""}), choice.id) for choice in each.choices
        ]
        best = max(scored, default=(0.0, ""), key=lambda one: one[0])
        if best[0] > 0:
            values[each.id] = (best[1],)
    return values


# ── the sets ──


def _originals(paths: Sequence[Path]) -> dict[str, Original]:
    """Articles by id: ``{"id", "title", "text", "url"?}``, with ``##`` headings."""
    found = {}
    for path in paths:
        for place, row in sets.rows(path):
            if not all(isinstance(row.get(name), str) and row[name] for name in ("id", "title", "text")):
                raise BadInput(
                    f"{place}: no id, title or text", hint='each line needs {"id": …, "title": …, "text": …}'
                )
            document = Document(url=row.get("url") or f"row:{row['id']}", title=row["title"], collection="eval")
            found[row["id"]] = Original(document=document, text=row["text"], headings=headings(row["text"], 2))
    if not found:
        raise BadInput(f"no articles in {', '.join(map(str, paths))}", hint="give --articles FILE")
    return found


def _labelled(originals: dict[str, Original], questions: Sequence[Path], limit: int | None, seed: int) -> list[Request]:
    sharing: dict[str, set[str]] = defaultdict(set)
    for id_, each in originals.items():
        for word in plain(each.document.title):
            sharing[word].add(id_)
    made: dict[str, dict[str, Request]] = {"heading": {}, "title": {}, "clear": {}}
    rows = [row for path in questions for _, row in sets.rows(path)]
    random.Random(seed).shuffle(rows)  # noqa: S311
    for row in rows:
        article = str(row.get("article_id"))
        original = originals.get(article)
        answers = tuple(sets.answers(row.get("answers") or (), str(row.get("id"))))
        if limit is not None and all(len(some) >= limit for some in made.values()):
            break
        if original is None or not answers:
            continue
        for request in _of(article, original, str(row["question"]), answers, sharing):
            if limit is None or len(made[request.group]) < limit:
                made[request.group].setdefault(request.text, request)
    return [one for some in made.values() for one in some.values()]


def _of(
    article: str, original: Original, question: str, answers: tuple[str, ...], sharing: dict[str, set[str]]
) -> list[Request]:
    title = original.document.title
    own = passages(original, WORDS)
    holding = [passage for passage in own if any(answer in passage.text for answer in answers)]
    if not holding:
        return []
    sure = {passage.id: 2.0 for passage in holding}
    found = [Request(question, "clear", question, sure, answers, article)]
    sections = {passage.headings for passage in holding}
    if len(sections) == 1 and (path := next(iter(sections))):
        inside = {p.id: 1.0 for p in own if p.headings[: len(path)] == path}
        bare = title.partition(" (")[0]
        found.append(
            Request(bare, "heading", f"{title} {' '.join(path)} {question}", {**inside, **sure}, answers, article)
        )
    shared = [word for word in _NAMING.findall(title) if _is_shared(word, sharing)]
    if shared and len(plain(title)) > 1:
        found.append(
            Request(shared[0], "title", f"{title} {question}", {**{p.id: 1.0 for p in own}, **sure}, answers, article)
        )
    return found


def _is_shared(word: str, sharing: dict[str, set[str]]) -> bool:
    key = next(iter(plain(word)), "")
    return SHARING <= len(sharing.get(key, ())) <= SHARED_BY


def _kept(
    originals: dict[str, Original], labelled: Sequence[Request], documents: int | None, seed: int
) -> list[Original]:
    """All articles; or those that are asked about, those that share their words, and others up to ``documents``."""
    if documents is None or documents >= len(originals):
        return list(originals.values())
    asked = frozenset().union(*(plain(one.text) for one in labelled if one.group == "title"))
    about = {one.article for one in labelled}
    first = [id_ for id_, each in originals.items() if id_ in about or plain(each.document.title) & asked]
    rest = [id_ for id_ in originals if id_ not in {*first}]
    return [originals[id_] for id_ in (*first, *sets.sample(rest, max(0, documents - len(first)), seed))]


def _requests(path: Path, limit: int | None, seed: int) -> list[str]:
    """The texts of a set of requests, or the first turns of its conversations, each once."""
    texts = [_opening(row) for _, row in sets.rows(path)]
    return sets.sample(list(dict.fromkeys(filter(None, texts))), limit, seed)


def _opening(row: sets.Row) -> str:
    """What a conversation begins with: ``request``, ``query``, ``question`` or ``user``; empty for a later turn."""
    turns = row.get("turns")
    first = turns[0] if isinstance(turns, list) and turns else row
    said = next((first[name] for name in ("request", "query", "question", "user") if first.get(name)), "")
    return "" if row.get("history") else str(said)
