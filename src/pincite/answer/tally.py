"""What is known of an answer only at its end? The cost, the times, what was missing, how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from pincite.answer.meter import Meter
from pincite.answer.research.sections import Researched
from pincite.events import Cited, Event, Finished, Stepped, Wrote
from pincite.ports import Deadline
from pincite.text.many import many
from pincite.types import Card, Degradation, Status, Usage, Verdict


@dataclass
class Tally:
    """Kept while the answer is made; ``finished`` tells it."""

    deadline: Deadline
    status: Status = Status.ANSWERED
    usage: Usage = field(default_factory=Usage)
    meter: Meter = field(default_factory=Meter)
    degraded: list[Degradation] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    card: Card | None = None
    """What a widget has worked out: it stands in where the sources have no answer."""
    found: Researched | None = None
    """What research came to, in copilot mode."""
    instant: bool = False
    """The instant answer was shown, or there is none."""

    unchecked: set[int] = field(default_factory=set)
    """Where sentences begin that no check could read."""

    def __post_init__(self) -> None:
        self._began = self.deadline.clock()

    def ms(self) -> float:
        """Milliseconds since the question came in."""
        return (self.deadline.clock() - self._began) * 1000

    def note(self, event: Event) -> None:
        if isinstance(event, Stepped):
            self.timings[event.step] = max(self.timings.get(event.step, 0.0), event.ms)
        elif isinstance(event, Wrote):
            self.timings.setdefault("first_token", self.ms())
        elif isinstance(event, Cited):
            self.timings.setdefault("first_sentence", self.ms())
            self.unchecked.discard(event.sentence.start)  # told again, after a second opinion
            if event.sentence.verdict is Verdict.UNCHECKED:
                self.unchecked.add(event.sentence.start)

    def finished(self) -> Finished:
        timings = {name: round(ms, 2) for name, ms in {**self.timings, "total": self.ms()}.items()}
        usage = self.meter.usage(self.usage)
        degraded = (*self.degraded, *filter(None, [self._across()]))
        return Finished(status=self.status, degraded=degraded, usage=usage, timings=timings)

    def _across(self) -> Degradation | None:
        if not self.unchecked:
            return None
        detail = f"{many(len(self.unchecked), 'sentence')} in another language than the sources, not checked"
        hint = "name a model that reads both: models.checker"
        return Degradation(part="checking across languages", reason="language", detail=detail, hint=hint)
