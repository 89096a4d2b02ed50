"""How is the server doing? Counters and histograms for Prometheus, in a registry of the app's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from pincite.types import Answer

_FIRST = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 60)


@dataclass
class Metrics:
    """Everything that is counted. Labels take values from closed sets only, never text of a person."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        own = self.registry
        self.asked = Counter("pincite_asks", "Questions taken, by door", ["door"], registry=own)
        self.answered = Counter("pincite_answers", "Answers finished, by status", ["status"], registry=own)
        self.degraded = Counter("pincite_degraded", "Answers made without a part", ["part", "reason"], registry=own)
        self.first = Histogram(
            "pincite_first_sentence_seconds",
            "From the question to its first cited sentence",
            buckets=_FIRST,
            registry=own,
        )
        self.total = Histogram("pincite_answer_seconds", "From the question to its end", buckets=_FIRST, registry=own)
        self.model_calls = Counter("pincite_model_calls", "Calls to models", registry=own)
        self.requests = Counter("pincite_http_requests", "Requests", ["method", "route", "status"], registry=own)
        self.seconds = Histogram("pincite_http_request_seconds", "Time to the response's head", ["route"], registry=own)
        self.streams = Gauge("pincite_open_streams", "Event streams open now", registry=own)
        self.watches = Gauge("pincite_open_watches", "Pages that look at a thread now, a stream each", registry=own)
        self.refused = Counter(
            "pincite_streams_refused", "Event streams refused because too many are open", registry=own
        )
        self.disk = Gauge("pincite_disk_free_bytes", "Room on the disk that data_dir is on", registry=own)
        self.passages = Gauge("pincite_index_passages", "Passages in the index", registry=own)
        self.embedded = Gauge("pincite_index_embedded", "Passages in the index that have vectors", registry=own)

    def count(self, answer: Answer) -> None:
        """A finished answer; once for each."""
        self.answered.labels(answer.status.value).inc()
        for one in answer.degraded:
            self.degraded.labels(one.part, one.reason).inc()
        self.model_calls.inc(answer.usage.model_calls)
        for name, histogram in (("first_sentence", self.first), ("total", self.total)):
            if name in answer.timings:
                histogram.observe(answer.timings[name] / 1000)

    def render(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)
