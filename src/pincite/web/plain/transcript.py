"""How does an answer read outside the page? As Markdown or plain text, with numbered sources at its end."""

from __future__ import annotations

from pincite.types import QUERIED, Answer, Document, Source
from pincite.web.plain.marks import marked


def markdown(answer: Answer) -> str:
    """Question, answer and cited sources as Markdown."""
    lines = [f"{source.number}. {_link(source.document)}" for source in _cited(answer)]
    chosen = _chosen(answer)
    head = f"## {' '.join(answer.question.text.split())}" + (f"\n\n*{chosen}*" if chosen else "")
    return _joined(head, marked(answer)[0].strip(), lines)


def plain(answer: Answer) -> str:
    """Question, answer and cited sources as plain text."""
    lines = [
        f"[{s.number}] {s.document.title}{f', {s.document.url}' if _leads(s.document) else ''}" for s in _cited(answer)
    ]
    return _joined("\n".join(filter(None, (answer.question.text, _chosen(answer)))), marked(answer)[0].strip(), lines)


def _chosen(answer: Answer) -> str:
    """What was chosen in the form that the question replies to."""
    reply = answer.question.reply
    if reply is None or not reply.said:
        return ""
    return f"{'Skipped; assumed' if reply.skipped else 'Chosen'}: {reply.said}"


def _cited(answer: Answer) -> list[Source]:
    numbers = {citation.source for sentence in answer.sentences for citation in sentence.citations}
    return [source for source in answer.sources if source.number in numbers]


def _leads(document: Document) -> bool:
    """Whether its address leads somewhere; that of a query stands for what is shown with it."""
    return not document.url.startswith(QUERIED)


def _link(document: Document) -> str:
    title = _link_text(document.title)
    return f"[{title}](<{document.url}>)" if _leads(document) else title


def _link_text(title: str) -> str:
    return title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _joined(head: str, text: str, sources: list[str]) -> str:
    parts = [head, text or "(no text)", "\n".join(sources)]
    return "\n\n".join(part for part in parts if part) + "\n"
