"""What does each part of an answer look like? HTML for the slots around its text, from small templates.

Every function is pure: the same values and language give the same HTML, so the painter and a reloaded page agree byte
for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count as counting
from math import ceil
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pincite import readers
from pincite.events import Stepped
from pincite.text.snippet import snippet
from pincite.types import (
    QUERIED,
    UPLOADED,
    Answer,
    Card,
    Citation,
    Fact,
    Form,
    FormReply,
    Passage,
    Sentence,
    Source,
    Span,
    Status,
    Verdict,
    places,
)
from pincite.web import hints
from pincite.web.draw import markdown
from pincite.web.draw.reasons import reasons
from pincite.web.draw.scale import width
from pincite.web.words import count, heard, size, t

TEMPLATES = Path(__file__).parents[1] / "templates"
CONTEXT = 280
"""Characters of a passage shown on each side of the quoted sentence."""
_PLAIN = re.compile(r"[a-z]+(?=[\s,;:]|$)")
FOLDED_LINES, LINE_WIDTH = 4, 76
"""Lines of a question that are shown before it is unfolded, and how many letters a wide page has in each."""

_WHY_NO_MODEL = {
    "no_key": "The model has no key",
    "bad_key": "The model's key was refused",
    "no_credit": "The model's account has no credit",
    "rate_limited": "The model was busy",
    "server_error": "The model's server had an error",
    "timeout": "The model took too long",
    "stalled": "The model went silent",
    "unreachable": "The model was unreachable",
    "refused": "The model refused the request",
    "unknown_model": "The model's server does not know it",
    "cut": "The model's connection broke off",
    "garbled": "The model's reply made no sense",
    "empty": "The model sent an empty answer",
}
_CUT_SHORT = {
    "length": "The model reached its limit, so the end of this answer is missing.",
    "filter": "The model's own filter cut this answer off.",
}

ENDINGS = {
    Status.STOPPED: ("Stopped", "You stopped this answer. What was written is kept."),
    Status.INTERRUPTED: ("Interrupted", "The answer broke off. What was written is kept."),
    Status.FAILED: ("Failed", "The answer broke off. What was written is kept."),
}
_UNWRITTEN = {Status.STOPPED: "You stopped this before anything was written."}


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )
    found.filters |= {"seconds": seconds, "count": count, "lines": lines, "folds": folds, "sentence": sentence}
    found.filters |= {"heard": heard, "size": size}
    found.globals["t"] = t
    found.globals["endings"] = ",".join(sorted(readers.suffixes()))
    found.globals["accepted"] = ",".join(sorted(one for one in readers.suffixes() if one.startswith(".")))
    found.globals["instead"] = ",".join(f"{old}={newer}" for old, newer in readers.OLD.items())
    return found


def _part(name: str, **values: object) -> str:
    return " ".join(environment().get_template(f"parts/{name}.html").render(**values).split())


def lines(text: str, apart: bool) -> str:
    """``text`` as it flows; where its lines are ``apart``, each on its own."""
    return Markup("<br>").join(text.split("\n")) if apart else text


def sentence(text: str) -> str:
    """What a room says, as a sentence begins; where that is no plain word, such as a file's name, it stays."""
    return text[0].upper() + text[1:] if _PLAIN.match(text) else text


def folds(question: str) -> bool:
    """Is it longer than a heading should be, so that the page folds it?"""
    return sum(max(1, ceil(width(line) / LINE_WIDTH)) for line in question.split("\n")) > FOLDED_LINES


def seconds(milliseconds: float) -> str:
    """0.4 s, 3.2 s, 42 s, 850 ms: as exact as a reader wants it."""
    if milliseconds < 100:
        return t("{n} ms", n=f"{milliseconds:.0f}")
    return t("{n} s", n=f"{milliseconds / 1000:.{1 if milliseconds < 10_000 else 0}f}")


# ── citations in the text ──


def quote_key(citation: Citation) -> str:
    span = f":{citation.quote.start}-{citation.quote.end}" if citation.quote else ""
    return f"{citation.passage_id}{span}"


def sentence_mark(sentence: Sentence, number: int, turn: int, sources: Mapping[int, Source]) -> tuple[str, str]:
    """The attributes of a sentence's words, and what follows them: chips, and a word where the check has doubts."""
    shown = () if sentence.verdict is Verdict.UNSUPPORTED else sentence.citations
    best = {c.source: c for c in sorted(shown, key=lambda c: c.support)}
    if sentence.verdict is Verdict.EXEMPT and not best:
        return 'class="sentence exempt"', ""
    numbers = " ".join(str(n) for n in sorted(best))
    attributes = f'class="sentence {sentence.verdict}" data-sentence="{number}" data-sources="{numbers}"'
    return attributes, "".join(
        [_chip(best[n], sentence.verdict, number, turn, sources.get(n)) for n in sorted(best)]
        + [_doubt(sentence.verdict, cited=bool(best))]
    )


def _chip(citation: Citation, verdict: Verdict, number: int, turn: int, source: Source | None) -> str:
    named = (source.document.title, site(source), *places(source, [citation])) if source else (t("not found"),)
    place = ", ".join(filter(None, named))
    kind = "partial" if verdict in {Verdict.PARTIAL, Verdict.UNCHECKED} else ""
    data = {"sentence": str(number), "source": str(citation.source), "quote": quote_key(citation)}
    label = t(
        "Source {number}: {place}, supports this partly"
        if verdict is Verdict.PARTIAL
        else "Source {number}: {place}, in another language, not checked"
        if verdict is Verdict.UNCHECKED
        else "Source {number}: {place}",
        number=citation.source,
        place=place,
    )
    return markdown.chip(f"#a{turn}-s{citation.source}", label, str(citation.source), data, kind)


_DOUBTS = {
    Verdict.PARTIAL: ("partly", "The source supports only a part of this sentence."),
    Verdict.UNSUPPORTED: ("?", "The sources do not say this."),
    Verdict.UNCITED: ("?", "No source was given for this sentence."),
}


def _doubt(verdict: Verdict, *, cited: bool) -> str:
    if verdict not in _DOUBTS or (verdict is Verdict.PARTIAL and not cited):
        return ""
    short, words = map(t, _DOUBTS[verdict])
    return (
        f'\u2060<span class="doubt {verdict}" role="note" tabindex="0" aria-label="{words}">{short}'
        f'<span class="doubt-words" aria-hidden="true">{words}</span></span>'
    )


# ── sources ──


def site(source: Source) -> str:
    """Whose it is, in a word or two: a page's host, a file's name, a collection; of what was handed in its name, unless
    its title is that. Of an ``index`` and of what its name is the title of, the folder too: many are called alike.
    """
    document = source.document
    if document.url.startswith("file:"):
        path = unquote(urlsplit(document.url).path).split("/")
        alike = path[-1].startswith("index.") or path[-1] == document.title
        return "/".join(path[-2:] if alike else path[-1:])
    if document.file:
        return document.file if document.file != document.title else ""
    shelf = "" if document.url.startswith(("http", UPLOADED)) else document.collection
    return document.site.removeprefix("www.") or shelf


def excerpt(text: str, span: Span | None, context: int = CONTEXT) -> tuple[str, str, str]:
    """(before, quoted, after), whole words, with an ellipsis where text is left out. Without a span, all is before."""
    if span is None or not 0 <= span.start < span.end <= len(text):
        return (text if len(text) <= 2 * context else _cut_end(text, 2 * context)), "", ""
    before, after = text[: span.start], text[span.end :]
    if len(before) > context:
        cut = before[-context:]
        before = "… " + cut[cut.find(" ") + 1 :]
    return before, text[span.start : span.end], _cut_end(after, context) if len(after) > context else after


def _cut_end(text: str, limit: int) -> str:
    cut = text[:limit]
    return cut[: cut.rfind(" ") if " " in cut else limit] + " …"


def original_link(url: str, quoted: str) -> str:
    """The address of the sentence itself: a text fragment, which browsers scroll to. Empty if not on the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    words = quoted.split()
    if not words or parts.fragment:
        return url
    ends = [" ".join(words)] if len(words) <= 12 else [" ".join(words[:6]), " ".join(words[-6:])]
    return f"{url}#:~:text=" + ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)


def file_link(url: str, start: int, quote: Span | None) -> str:
    """Where our reader shows a quoted sentence of a document that was read from a file; empty for any other.

    ``start`` is where its passage begins in the document's text.
    """
    if not url.startswith(UPLOADED):
        return ""
    at = f"?at={start + quote.start}-{start + quote.end}#mark" if quote else ""
    return f"f/{url.removeprefix(UPLOADED)}{at}"


def source_card(
    source: Source,
    quotes: Sequence[Citation],
    answer_id: str,
    turn: int,
    *,
    question: str,
    more: bool,
    finished: bool,
    alone: bool = False,
    times: int = 0,
) -> str:
    """One source. ``quotes`` are the citations that rest on it, each passage and quote once, in reading order, and
    ``times`` is how many sentences do. Where none does, it shows what it says to ``question``."""
    passages = {passage.id: passage for passage in source.passages}
    shown = []
    for citation in quotes:
        passage: Passage | None = passages.get(citation.passage_id)
        before, quoted, after = excerpt(passage.text, citation.quote) if passage else ("", "", "")
        shown.append(
            {
                "key": quote_key(citation),
                "found": passage is not None,
                "before": before,
                "quoted": quoted,
                "after": after,
                "reader": f"s/{answer_id}/{source.number}?p={quote(citation.passage_id)}"
                + (f"&q={citation.quote.start}-{citation.quote.end}" if citation.quote else "")
                + "#mark",
                "original": original_link(source.document.url, quoted),
                "place": ", ".join(places(source, [citation])),
                "file": file_link(source.document.url, passage.start, citation.quote) if passage else "",
            }
        )
    title = source.document.title or source.document.url
    return _part(
        "source",
        number=source.number,
        id=f"a{turn}-s{source.number}",
        title=title,
        tile=_tile(title),
        site=site(source),
        published=source.document.published,
        places=places(source, quotes),
        reader=f"s/{answer_id}/{source.number}",
        quotes=shown,
        times=times,
        snippet="" if shown or not source.passages else snippet(source.passages[0].text, title, question),
        idle=finished and not shown and bool(source.passages),
        finished=finished,
        alone=alone,
        web=original_link(source.document.url, ""),
        answer_id=answer_id,
        document_id=source.document.id,
        queried=source.document.url.startswith(QUERIED),
        more=more,
        lang=source.document.lang,
        why=None if alone else reasons(source.signals),
    )


def _tile(title: str) -> dict[str, object]:
    """A letter on a tint, made here: an icon fetched from a third party would tell it what is read."""
    letter = next((c for c in title if c.isalnum()), "·")
    return {"letter": letter.upper()[:1], "hue": sum(title.encode("utf-8", "replace")) % 6}


# ── forms ──


def form(answer: Answer, *, reply: FormReply | None = None, replaces: str = "", alone: bool = False) -> str:
    """What ``answer`` asks; nothing where it asks nothing.

    With a ``reply`` it is filled in as that says, and what is sent is a new version of the answer ``replaces``. Without
    one the recommended choices are picked. ``alone``: to be read, not to be answered.
    """
    if answer.form is None:
        return ""
    numbers = counting(1)
    given = {} if reply is None or reply.skipped else reply.values
    fields = []
    for field in answer.form.fields:
        known = {choice.id for choice in field.choices}
        picked = given.get(field.id, ()) if given else field.default
        fields.append(
            {
                "field": field,
                "rows": [(next(numbers), one, one.id in picked, one.id in field.default) for one in field.choices],
                "typed": [value for value in given.get(field.id, ()) if value not in known],
                "usual": [value for value in field.default if value not in known],
            }
        )
    lone = len(fields) == 1 and answer.form.fields[0].label.strip() == answer.form.text.strip()
    return _part("form", answer=answer, form=answer.form, fields=fields, lone=lone, replaces=replaces, alone=alone)


def replied(asked: Form | None, reply: FormReply) -> str:
    """What was chosen, in one line: ``Use: travel; Budget: under 500``."""
    if reply.skipped or asked is None:
        return reply.said
    fields = {field.id: field for field in asked.fields}
    told = []
    for name, values in reply.values.items():
        labels = {choice.id: choice.label for choice in fields[name].choices} if name in fields else {}
        words = ", ".join(labels.get(value, value) for value in values)
        told.append(f"{fields[name].label}: {words}" if name in fields and len(fields) > 1 else words)
    return "; ".join(told)


# ── the other slots ──


def strip(answer: Answer, turn: int) -> str:
    """One line of source names above the text: the sources are there before the words."""
    cited = {citation.source for sentence in answer.sentences for citation in sentence.citations}
    finished = answer.status is not Status.RUNNING
    ordered = sorted(answer.sources, key=lambda s: (finished and s.number not in cited, s.number))
    shown = [
        {
            "number": s.number,
            "title": s.document.title or s.document.url,
            "tile": _tile(s.document.title or s.document.url),
        }
        for s in ordered[:4]
    ]
    return _part("strip", sources=shown, turn=turn, more=len(ordered) - len(shown)) if shown else ""


def instant(cards: Sequence[Card], turn: int, sources: Mapping[int, Source], text: str) -> str:
    """The cards; of one whose words are those of the answer's ``text`` only the value."""
    shown = []
    for card in cards:
        if not isinstance(card.body, Fact):
            continue
        chips = "".join(_chip(c, Verdict.SUPPORTED, -1, turn, sources.get(c.source)) for c in card.citations)
        value, sentence = card.body.value, card.body.sentence
        before, found, after = sentence.partition(value) if value and value != sentence else (sentence, "", "")
        shown.append(
            {
                "card": card,
                "chips": Markup(chips),  # noqa: S704 -- made by ``_chip``, which escapes
                "before": before,
                "found": found,
                "told": bool(value) and card.text == text.strip(),
                "after": after,
            }
        )
    return _part("card", cards=shown) if shown else ""


def state_words(sources: int, text: bool, model: str | None, steps: Sequence[Stepped]) -> str:
    """What is going on, in words."""
    if steps and steps[-1].step == "wait":
        return t("Waiting for the answer before this one")
    if text:
        return t("Writing the answer")
    if sources:
        read = count(sources, "source")
        return t(
            "Reading {sources}, waiting for {model}" if model else "Reading {sources}",
            sources=read,
            model=model_name(model),
        )
    return t("Searching") if len(steps) < 2 else t("Looking for sources")


def step(words: str, steps: Sequence[Stepped] = (), searching: str = "") -> str:
    """The state in words; behind it the steps so far, where there are any.

    ``searching`` is the id of an answer that a copilot still searches for: its steps are unfolded, and it can be told
    to answer now.
    """
    return _part("step", words=words, steps=steps, searching=searching)


def model_name(model: str | None) -> str:
    return model.partition(":")[2] or model if model else "no model"


def notices(answer: Answer) -> list[tuple[str, str]]:
    """What was missing, in words for a person, and the same as the part said it."""
    abstained = any(one.part == "sources" for one in answer.degraded)
    found = []
    for one in answer.degraded:
        if one.part == "sources" or (one.part == "model" and answer.problem is not None):
            continue  # the text says that there is no answer, the banner below says what the model did
        if one.part != "model":
            found.append((t("Answered without {part}.", part=one.called), heard(one.detail)))
        elif one.reason in _CUT_SHORT:
            found.append((t(_CUT_SHORT[one.reason]), ""))
        else:
            why = t(_WHY_NO_MODEL.get(one.reason, "The model could not be used"))
            said = f"{one.detail}: {hints.told(one.hint, hints.PAGE)}" if one.hint else one.detail
            found.append((t("{why}." if abstained else "{why}; this answer was extracted.", why=why), said))
    return list(dict.fromkeys(found))


def problem(answer: Answer, *, alone: bool = False) -> str:
    """The banner under an answer that is not whole: what happened, what is kept, what to do."""
    words = notices(answer)
    ending = ENDINGS.get(answer.status)
    if not words and ending is None:
        return ""
    if ending and not answer.text:
        ending = (ending[0], _UNWRITTEN.get(answer.status, "There is no answer."))
    ending = ending and (t(ending[0]), t(ending[1]))
    why = answer.problem and (answer.problem.detail or answer.problem.title)
    return _part(
        "problem",
        why=why and (why if why.endswith(("?", "!")) else f"{why.rstrip('.')}."),
        notices=words,
        ending=ending,
        hint=answer.problem and hints.told(answer.problem.hint, hints.PAGE),
        problem=answer.problem,
        answer=answer,
        alone=alone,
    )


def writer(answer: Answer) -> str | None:
    """The model that wrote the text; ``None`` for none, also where one was asked and failed before its first word."""
    failed = any(one.part == "model" and one.reason not in _CUT_SHORT for one in answer.degraded)
    return None if failed and answer.usage.writer is None else answer.model


def done(answer: Answer, steps: Sequence[Stepped]) -> str:
    if answer.status is Status.RUNNING:
        return ""
    timings = answer.timings
    first = timings.get("first_sentence") or timings.get("first_token")
    wrote = writer(answer)
    return _part(
        "done",
        answer=answer,
        steps=steps,
        wrote=wrote,
        who=model_name(wrote) if wrote else t("No model"),
        first=first,
        total=timings.get("total"),
        tokens=answer.usage.output_tokens,
    )


def followups(answer: Answer) -> str:
    if not answer.follow_ups or answer.status is Status.FAILED:
        return ""
    return _part("followups", answer=answer)


def announced(answer: Answer) -> str:
    """One line for people who listen: said once, when it becomes true."""
    if answer.status is Status.RUNNING:
        return count(len(answer.sources), "source") if answer.sources else t("Searching")
    if answer.status is Status.WAITING:
        return t("Waiting for you: {question}", question=answer.form.text if answer.form else "")
    if answer.status is Status.ANSWERED:
        words = count(len(answer.text.split()), "word")
        return t("Answer ready, {words}, {sources}", words=words, sources=count(len(answer.sources), "source"))
    return t(ENDINGS.get(answer.status, ("Done", ""))[0])
