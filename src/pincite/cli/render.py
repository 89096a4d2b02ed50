"""What does a terminal show while an answer is made? One match over the ten events.

A settled block is printed once and never again; only the tail behind it is drawn anew, a few times a second. So a
long answer costs the terminal no more than its length. Into a pipe go settled blocks alone, as plain Markdown.
"""

from __future__ import annotations

import time
from collections.abc import Container
from typing import assert_never

from markdown_it import MarkdownIt
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from pincite.cli import markup, table
from pincite.cli.door import Door, clean, interactive
from pincite.events import (
    Asked,
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Sourced,
    Started,
    Stepped,
    Suggested,
    Wrote,
    fold,
)
from pincite.types import Answer, Fact, Sentence, Source, Status, Table
from pincite.web.plain import forms, tables

FRAME_S = 0.08
"""The tail is drawn anew no more often."""
PATIENCE_S = 0.5
"""What is quicker needs no words about what is going on."""

ENDINGS = {
    Status.STOPPED: "stopped; the text so far is kept",
    Status.INTERRUPTED: "broken off; the text so far is kept",
    Status.FAILED: "no answer",
}


def drawn(text: str, addresses: Container[str] = ()) -> Markdown:
    """Markdown for a terminal. Only ``addresses`` become links: a model can't lead anybody anywhere else."""
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    parser.validateLink = lambda url: url in addresses  # type: ignore[method-assign]
    markdown = Markdown("", hyperlinks=True)
    markdown.parsed = parser.parse(clean(text))
    return markdown


class Painter:
    """Draws one answer. Give it every event in order, inside ``with``."""

    def __init__(self, door: Door, *, stream: bool = True, why: bool = False) -> None:
        self._door = door
        self._stream = stream
        self._why = why
        self._log: list[Event] = []
        self._text = ""
        self._extracts = False
        self._printed = 0
        self._sentences: dict[tuple[int, int], Sentence] = {}
        self._sources: dict[int, Source] = {}
        self._began = self._drawn = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Painter:
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()

    @property
    def answer(self) -> Answer:
        return fold(self._log)

    def draw(self, event: Event) -> None:
        """Shows what there is to show of one event."""
        self._log.append(event)
        match event:
            case Started(model=model):
                self._extracts = model is None
                self._explain(f"written by {model}" if model else "written without a model: every sentence is a quote")
            case Stepped(step=step, detail=detail, ms=ms):
                self._explain(f"{ms:7.0f} ms  {step}: {detail}")
                self._status(f"{step}: {detail}" if detail else step)
            case Sourced(sources=sources):
                self._sources = {source.number: source for source in sources}
            case Carded(card=card):
                # Without a model the text that follows says the same.
                if self._stream and isinstance(card.body, Fact) and not self._text and not self._extracts:
                    self._block(markup.card(card))
            case Asked(form=form):
                self._block(forms.told(form))
            case Wrote(text=text):
                self._text += text
                self._advance()
            case Cited(sentence=sentence):
                self._sentences[(sentence.start, sentence.end)] = sentence
                self._advance()
            case Suggested() | Failed():
                pass  # shown at the end, below the text
            case Finished():
                self._finish()
            case _:
                assert_never(event)

    def _advance(self) -> None:
        if not self._stream:
            return
        cited = max((end for _, end in self._sentences), default=0)
        settled = markup.settled(self._text, self._printed, cited)
        if settled > self._printed:
            self._settle(settled)
        self._tail()

    def _settle(self, end: int) -> None:
        """Prints the text up to ``end``, once and for all."""
        block = self._marked(self._printed, end).strip("\n")
        self._printed = end
        if block.strip():
            self._block(block)

    def _marked(self, start: int, end: int) -> str:
        inside = [s for s in self._sentences.values() if start < s.end <= end]
        return markup.marked(self._text[start:end], inside, self._sources, links=self._door.rich, at=start)

    def _block(self, block: str) -> None:
        self._wipe()
        if self._door.rich:
            self._door.out.print(self._markdown(block))
            self._door.out.print()
        else:
            self._door.print(block + "\n")
            self._door.out.file.flush()

    def _markdown(self, text: str) -> Markdown:
        return drawn(text, {markup.address(source.document) for source in self._sources.values()})

    # ── the tail ──

    def _tail(self) -> None:
        if not self._door.rich or time.monotonic() - self._drawn < FRAME_S:
            return
        tail = self._marked(self._printed, len(self._text))
        if tail.strip():
            self._show(self._markdown(tail))

    def _status(self, words: str) -> None:
        late = time.monotonic() - self._began > PATIENCE_S
        if late and not self._text and self._door.rich and interactive() and not self._door.quiet:
            self._show(Text(clean(words), style="dim"))

    def _show(self, drawn: Markdown | Text) -> None:
        if self._live is None:
            self._live = Live(console=self._door.out, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(drawn, refresh=True)
        self._drawn = time.monotonic()

    def _wipe(self) -> None:
        if self._live is not None:
            self._live.update(Text(""), refresh=True)
            self._live.stop()
            self._live = None

    # ── the end ──

    def _finish(self) -> None:
        self._wipe()
        answer = self.answer
        if not self._stream:
            for card in answer.cards:
                if markup.beside(card, answer.text):
                    self._block(markup.card(card))
        if self._text[self._printed :].strip():
            self._settle(len(self._text))
        for found in markup.rows(answer):
            self._rows(found)
        self._list_sources(answer)
        if self._why:
            self._verdicts(answer)
        for note in markup.notes(answer):
            self._door.say(f"note: {note}", "dim")
        if answer.problem is not None:
            if place := table.pointed(answer.question.sql, answer.problem.part):
                self._door.warn(place)
            hint = f"\n  → {answer.problem.hint}" if answer.problem.hint else ""
            self._door.warn(f"{answer.problem.title}: {answer.problem.detail}{hint}")
        if answer.status in ENDINGS:
            self._door.warn(ENDINGS[answer.status])
        if answer.follow_ups:
            self._door.say("Ask next:\n" + "\n".join(f"  {question}" for question in answer.follow_ups), "dim")

    def _rows(self, found: Table) -> None:
        if self._door.rich:
            self._door.out.print(table.drawn(found))
        else:
            self._door.print(tables.told(found) + "\n")

    def _list_sources(self, answer: Answer) -> None:
        sources = markup.listed(answer)
        if not sources:
            return
        if not self._door.rich:
            self._door.print(f"{markup.heading(answer)}:\n\n" + "\n".join(sources))
            return
        self._door.print(markup.heading(answer), "bold")
        addresses = {f"[{number}]": markup.address(source.document) for number, source in self._sources.items()}
        for block in sources:
            head, *rest = block.split("\n")
            link = addresses.get(head.split(" ")[0], "")
            self._door.out.print(Text(clean(head), style=f"link {link}" if link else ""))
            for line in rest:
                self._door.out.print(Padding(Text(clean(line.strip()), style="dim"), (0, 0, 0, 4)))

    def _verdicts(self, answer: Answer) -> None:
        """How each sentence was checked."""
        for sentence in answer.sentences:
            words = " ".join(answer.text[sentence.start : sentence.end].split())
            rests = ", ".join(f"[{c.source}] {c.support:.2f}" for c in sentence.citations) or "nothing"
            repair = f", citation {sentence.repair}" if sentence.repair else ""
            short = words if len(words) <= 70 else words[:69] + "…"
            self._explain(f"{sentence.verdict}: “{short}” rests on {rests}{repair}")

    def _explain(self, line: str) -> None:
        if self._why:
            self._wipe()
            self._door.err.print(clean(line), style="dim", markup=False, highlight=False)
