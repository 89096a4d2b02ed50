"""What does a foreign request ask for? Other APIs' fields, read into a ``Question``, its history and ``Filters``.

Unknown fields are ignored, because clients send what their own vendor knows. What would change the answer and can't
be done (pictures, JSON schemas, tools that must be called) is refused rather than ignored: an answer that pretends is
worse than none. System and developer messages are passed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pincite.errors import BadInput
from pincite.ports import ModelCard
from pincite.types import Answer, Card, Filters, Question, Status, new_id
from pincite.web.plain import forms, tables
from pincite.web.plain.unmark import unmarked

_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 31, "year": 366}
Recency = Literal["hour", "day", "week", "month", "year"]
_DATE = "Documents published {} this day, as MM/DD/YYYY."


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Finding(_Lenient):
    """Which documents may be found, in Perplexity's words."""

    focus: str | None = Field(None, max_length=100, description="pincite's own: where to look, see GET /api/focuses.")
    search_mode: str | None = Field(None, description="``academic`` looks for papers; anything else where it is usual.")
    search_domain_filter: list[str] | None = Field(None, description="Hosts to search; -host leaves one out.")
    search_language_filter: list[str] | None = Field(None, description="ISO 639-1 codes.")
    search_recency_filter: Recency | None = Field(None, description="Documents published within the last …")
    search_after_date_filter: str | None = Field(None, description=_DATE.format("on or after"))
    search_before_date_filter: str | None = Field(None, description=_DATE.format("on or before"))
    last_updated_after_filter: str | None = Field(None, description="As search_after_date_filter.")
    last_updated_before_filter: str | None = Field(None, description="As search_before_date_filter.")

    @property
    def aim(self) -> str:
        """The focus that is asked for; empty for the default one."""
        return self.focus or ("academic" if self.search_mode == "academic" else "")

    def filters(self, today: date) -> Filters:
        """Raises ``BadInput`` for a date that is none."""
        hosts = [host for given in self.search_domain_filter or [] if (host := given.strip())]
        after = [
            _day("search_after_date_filter", self.search_after_date_filter),
            _day("last_updated_after_filter", self.last_updated_after_filter),
            today - timedelta(days=_DAYS[self.search_recency_filter]) if self.search_recency_filter else None,
        ]
        before = [
            _day("search_before_date_filter", self.search_before_date_filter),
            _day("last_updated_before_filter", self.last_updated_before_filter),
        ]
        return Filters(
            sites=tuple(host for host in hosts if not host.startswith("-")),
            exclude_sites=tuple(host[1:] for host in hosts if host.startswith("-") and host[1:].strip()),
            langs=tuple(code for code in self.search_language_filter or [] if code.strip()),
            after=max((day for day in after if day), default=None),
            before=min((day for day in before if day), default=None),
        )


def _day(field: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()
    except ValueError:
        raise BadInput(f"{field}: {text!r} is not a day", hint="write it as MM/DD/YYYY, such as 03/31/2025") from None


class Part(_Lenient):
    """A part of a message. Only text is read."""

    type: str
    text: str | None = None


class Message(_Lenient):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def words(self) -> str:
        """Its text. Raises ``BadInput`` for pictures and files."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        for part in self.content:
            if part.type not in {"text", "input_text", "output_text", "refusal"}:
                raise BadInput(
                    f"a message has a part of type {part.type!r}, and pincite reads text only",
                    hint="ask in words; hand a file in by POST /api/files, and name its id in files of POST /api/ask",
                )
        return "\n".join(part.text for part in self.content if part.text)


class ResponseFormat(_Lenient):
    type: str = "text"


def only_text(asked: ResponseFormat | None, field: str) -> None:
    """Raises ``BadInput`` where ``field`` of a request asks for anything else."""
    if asked is not None and asked.type != "text":
        raise BadInput(
            f"{field} {asked.type[:100]!r} is not supported: answers are text",
            hint=f"leave {field} out; POST /api/ask has an answer's sentences, verdicts and quotes as JSON",
        )


ToolChoice = Annotated[
    str | dict[str, Any] | None, Field(description="``auto`` or ``none``: no tool of the client's is ever called.")
]


def forced(choice: str | dict[str, Any] | None) -> str:
    """What must be called by ``choice``, in a few words; empty where the model may answer as it likes."""
    if isinstance(choice, dict):
        kind = str(choice.get("type", "a tool"))
        return "" if kind == "allowed_tools" and choice.get("mode") != "required" else kind
    return "" if choice in {None, "auto", "none"} else str(choice)


Mode = Annotated[
    Literal["quick", "copilot"] | None,
    Field(description="pincite's own: ``copilot`` searches in steps, and may ask back; its form is text to reply to."),
]


class Chat(Finding):
    """A request for a chat completion. Fields that are not here are accepted and ignored."""

    messages: Annotated[list[Message], Field(min_length=1, max_length=2000)]
    model: str | None = Field(
        None,
        description="A model's id from /v1/models; ``none`` answers without one. Any other name is the configured one.",
    )
    disable_search: bool | None = Field(False, description="Write without looking anything up; takes a model.")
    stream: bool | None = False
    stream_mode: Literal["full", "concise"] | None = Field(
        None, description="``full`` repeats the text so far in each chunk; ``concise`` tells of the search apart."
    )
    return_related_questions: bool | None = False
    mode: Mode = None
    response_format: ResponseFormat | None = None
    tool_choice: ToolChoice = None

    def question(self, model: str | None, today: date) -> tuple[Question, list[Answer]]:
        """The last message as a question, and those before as the answers it follows on."""
        only_text(self.response_format, "response_format")
        if must := forced(self.tool_choice):
            raise BadInput(
                f"tool_choice {must[:100]!r} is not supported: functions are never called",
                hint="leave tool_choice out, or send auto",
            )
        spoken = [message for message in self.messages if message.role in {"user", "assistant"}]
        if not spoken or spoken[-1].role != "user":
            raise BadInput(
                "the last message is not the user's", hint='end messages with {"role": "user", "content": …}'
            )
        thread = new_id()
        question = Question(
            thread_id=thread,
            text=spoken[-1].words(),
            focus=self.aim or ("writing" if self.disable_search else ""),
            model=model,
            filters=self.filters(today),
            mode=self.mode or "quick",
        )
        return question, _history(spoken[:-1], question)


def _history(messages: Sequence[Message], now: Question) -> list[Answer]:
    """Each question that got a reply, with it. Nobody keeps these: the client sends them again each time, and so what
    was to be found, and how, is as it says with the question of ``now``.
    """
    found: list[Answer] = []
    asked = ""
    for message in messages:
        if message.role == "user":
            asked = message.words()
        elif asked:
            question = now.model_copy(update={"id": new_id(), "text": asked})
            form = forms.asked(message.words())
            said, shown = tables.parted("" if form else message.words(), now.focus)
            cards = tuple(Card(widget="table", title=one.title, text="", body=one) for one in shown)
            status = Status.WAITING if form else Status.ANSWERED
            found.append(
                Answer(id=new_id(), question=question, text=unmarked(said), cards=cards, form=form, status=status)
            )
            asked = ""
    return found


class Lookup(Finding):
    """A request for search results, without an answer."""

    query: str | Annotated[list[str], Field(min_length=1, max_length=10)] = Field(description="Or up to ten of them.")
    max_results: int | None = Field(10, ge=1, le=100)
    max_tokens: int | None = Field(None, ge=1, description="Of all snippets together.")
    max_tokens_per_page: int | None = Field(None, ge=1, description="Of one result's snippet.")
    display_server_time: bool | None = False

    def queries(self) -> list[str]:
        texts = [self.query] if isinstance(self.query, str) else self.query
        bare = [text.replace("\0", " ").strip()[:4000] for text in texts]
        if not any(bare):
            raise BadInput("the query is empty", hint="say what to look for")
        return [text for text in bare if text]


async def known_model(name: str | None, cards: Callable[[], Awaitable[Sequence[ModelCard]]]) -> str | None:
    """``name`` if it is one of ours, else ``None``: clients name the models of their own vendor.

    ``cards`` is asked only for a name that may be ours.
    """
    if name is None or ":" not in name:
        return name if name == "none" else None
    return name if any(card.id == name for card in await cards()) else None
