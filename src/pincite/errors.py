"""What can go wrong? The whole tree.

PinciteError
├── BadQuestion            empty, too long, not text
├── BadInput               any other value from outside that can't be taken
├── NotFound               no such thread, answer, document …
│   ├── UnknownFocus
│   └── UnknownModel
├── Conflict               the same idempotency key with another body, a form that is answered
├── Refused                not allowed: no token, a public bind without one
│   ├── LockedFocus        a focus that needs what is not set: a key, a provider
│   └── LockedModel        a model that the person's plan does not include
├── Spent                  more than a plan gives: questions of a day
├── TooLarge               a file that is larger than a plan lets in
├── Busy                   another process holds the writer's lock; too many at once
├── BadSettings            a setting that is unknown or out of range
├── Unreadable             a file that is no text, too large, broken
├── BadQuery               SQL that is not run, or that its database can't run; ``part`` is where it fails
├── Unanswerable           a question that nothing in a database answers, as far as it was understood
├── Damaged                an index or a database that fails its check
├── DiskFull
├── MissingExtra           an optional dependency is not installed
└── UpstreamFailed         whatever pincite asks gave nothing; ``reason`` says how
    ├── Unfetchable        an address on the web that is refused or gives nothing
    ├── SearchFailed       a search service that found nothing for a bad reason
    ├── DatabaseFailed     a database that could not be asked
    └── ModelFailed        a model that gave no answer
        ├── ModelRefused       401, 403, 400, 404: asking again does not help
        ├── ModelBusy          429, 5xx: asking later may help
        ├── ModelUnreachable   no connection
        ├── ModelStalled       no token within the time allowed
        └── ModelGarbled       not the protocol: HTML, bad JSON, an end without a finish

``detail`` carries the value that caused it, ``hint`` the thing to do next. One shape leaves the house:
RFC 9457 problem details before the first byte, ``Failed(problem)`` after it.
"""

from __future__ import annotations

from typing import ClassVar

from pincite.types import Problem


class PinciteError(Exception):
    """Anything that pincite raises on purpose.

    ``str(error)`` is the detail. ``error.problem()`` is what a door shows.
    """

    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    retry_after_s: float | None = None
    """When to come back, where that is known."""

    def __init__(self, detail: str, *, hint: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint

    def problem(self) -> Problem:
        return Problem(
            type=_kebab(type(self).__name__),
            title=self.title,
            status=self.status,
            detail=self.detail,
            hint=self.hint,
            retryable=self.retryable,
            retry_after_s=self.retry_after_s,
        )


def _kebab(name: str) -> str:
    return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


class BadInput(PinciteError):
    title = "That can't be taken"
    status = 422


class BadQuestion(PinciteError):
    title = "That is not a question pincite can answer"
    status = 422


class NotFound(PinciteError):
    title = "Not found"
    status = 404


class UnknownFocus(NotFound):
    title = "No such focus"


class UnknownModel(NotFound):
    title = "No such model"


class Conflict(PinciteError):
    title = "That contradicts an earlier request"
    status = 409


class Refused(PinciteError):
    title = "Not allowed"
    status = 403


class LockedFocus(Refused):
    title = "That focus can't be used"


class LockedModel(Refused):
    title = "That model is not in your plan"


class Spent(PinciteError):
    title = "Your plan does not give more"
    status = 429

    def __init__(self, detail: str, *, hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(detail, hint=hint)
        self.retry_after_s = retry_after_s


class TooLarge(PinciteError):
    title = "That is larger than your plan lets in"
    status = 413


class Busy(PinciteError):
    title = "Busy"
    status = 503
    retryable = True


class BadSettings(PinciteError):
    title = "A setting is wrong"


class Unreadable(PinciteError):
    title = "That file can't be read"
    status = 422


class UpstreamFailed(PinciteError):
    """``reason`` is a stable word; ``retry_after_s`` how long the other side wants to be left alone, if it says so."""

    title = "Another service gave nothing"
    status = 502

    def __init__(self, detail: str, *, reason: str, hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(detail, hint=hint)
        self.reason = reason
        self.retry_after_s = retry_after_s


class Unfetchable(UpstreamFailed):
    """An address that was not fetched; ``crawl/fetch.py`` lists the reasons."""

    title = "That address can't be fetched"


class SearchFailed(UpstreamFailed):
    """A search service gave nothing. ``reason`` is that of a ``Degradation``."""

    title = "A search service did not answer"


class DatabaseFailed(UpstreamFailed):
    """``reason`` is ``unreachable``, ``refused``, ``timeout``, ``too_large`` or ``failed``."""

    title = "The database could not be asked"
    retryable = True


class BadQuery(PinciteError):
    title = "That SQL can't be run"
    status = 422

    def __init__(self, detail: str, *, part: str = "", hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.part = part
        """The piece of the SQL that fails, as it stands there; empty where it is not known."""

    def problem(self) -> Problem:
        return super().problem().model_copy(update={"part": self.part})


class Unanswerable(PinciteError):
    title = "Nothing in this database answers that"
    status = 422


class Damaged(PinciteError):
    title = "Stored data is damaged"


class DiskFull(PinciteError):
    title = "The disk is full"
    status = 507
    retryable = True


class MissingExtra(PinciteError):
    title = "An optional part is not installed"
    status = 501


class ModelFailed(UpstreamFailed):
    """A model gave no answer, or only a part of one. ``reason`` is that of a ``Degradation``."""

    title = "The model did not answer"


class ModelRefused(ModelFailed):
    title = "The model refused the request"
    unwanted: str = ""
    """The field of the request that the model does not take, where its server said so."""


class ModelBusy(ModelFailed):
    title = "The model is busy"
    status = 503
    retryable = True


class ModelUnreachable(ModelFailed):
    title = "The model can't be reached"
    retryable = True


class ModelStalled(ModelFailed):
    title = "The model went silent"
    status = 504
    retryable = True


class ModelGarbled(ModelFailed):
    title = "The model's reply can't be used"
    retryable = True


# ── what an answer says that ends without an error of ours ──

INTERNAL = Problem(
    type="internal",
    title="Something went wrong in pincite",
    detail="The answer could not be finished; the server's log says more.",
    hint="Ask again; if it comes back, report it with the answer's id.",
    retryable=True,
)

CLOSED = Problem(
    type="interrupted",
    title="The answer was cut off",
    status=503,
    detail="pincite was shut down while it was answering; the text so far is kept.",
    hint="Ask again.",
    retryable=True,
)
