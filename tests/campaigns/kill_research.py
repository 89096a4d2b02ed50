"""Does a killed server lose what a copilot had told, or tell it twice? Kill -9 a real one in the middle, and follow on.

    python -m tests.campaigns.kill_research --rounds 200 [--seed 1] [--url postgresql://…]

Each round asks a server over HTTP, in turn what is researched in rounds and what is asked back by a form, and kills it
when so many events have come. Another server is started over the same library; the reader that was cut off comes back
with the number of its last event. What both told it must be the log, without a gap, and the same events as of an
answer that nobody killed, but for the step that says so. A form is then replied to.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.campaigns.given import run, server

from pincite.encoders.embed import MiniLM
from pincite.index import Index
from pincite.settings import AnswerSettings, LibrarySettings, RankSettings, ServerSettings, Settings
from pincite.types import Document, Original

PAGES = {
    "Eiffel Tower": "The Eiffel Tower is 330 metres tall. It was designed by the company of Gustave Eiffel. It opened "
    "in 1889 in Paris.",
    "Gustave Eiffel": "Gustave Eiffel was a French engineer, born in Dijon in 1832. He built bridges of iron.",
    "Blue Whale": "The blue whale is the largest animal that has ever lived. It grows to 30 metres. Blue whales feed "
    "almost exclusively on krill.",
    "Mercury (planet)": "Mercury is the smallest planet and the one closest to the Sun. It orbits the Sun once every "
    "88 days. The planet has no moons and hardly any atmosphere.",
    "Mercury (element)": "Mercury is a heavy silvery metal. It is the only metallic element that is liquid at room "
    "temperature. The element was used in thermometers, though its vapour is a poison.",
    "Mercury (mythology)": "Mercury was the Roman god of trade, travellers and thieves. In mythology he carries "
    "messages of the gods. He wears winged sandals and a winged hat.",
}
QUESTIONS = (
    "Who designed the tower that opened in 1889 in Paris, and how long are blue whales?",
    "Tell me about Mercury",
)
TWICE = 0.4
"""How often the second server is killed too."""
UNHURRIED_S = 600.0
"""So that what is found does not depend on how busy the machine is."""
FAULTS = ("lost", "doubled", "misplaced", "changed", "wrong_end", "reply_refused")

Told = dict[int, dict[str, Any]]
"""Events by their numbers."""


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server process, and a client of it; it is killed at the end, if it lives."""
    command, env = server(settings)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        raise RuntimeError(f"the server did not start: exit status {process.wait()}")
    try:
        headers = {"accept": "application/jsonl"}
        with httpx.Client(base_url=url, timeout=UNHURRIED_S, headers=headers, trust_env=False) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def followed(response: httpx.Response, told: Told, found: Counter[str]) -> Iterator[int]:
    """Reads events into ``told``, and yields the number of each."""
    for line in response.iter_lines():
        if line.strip():
            stamped = json.loads(line)
            found["doubled"] += stamped["seq"] in told
            told[stamped["seq"]] = stamped["event"]
            yield stamped["seq"]


def asked(client: httpx.Client, body: Mapping[str, Any], found: Counter[str]) -> tuple[str, Told]:
    """An answer that nobody kills."""
    told: Told = {}
    with client.stream("POST", "/api/ask", json=body) as response:
        response.raise_for_status()
        for _ in followed(response, told, found):
            pass
    return response.headers["x-answer-id"], told


def cut(process: subprocess.Popen[str], response: httpx.Response, told: Told, after: int, found: Counter[str]) -> None:
    """Reads on, and kills the server when so many more events have come."""
    try:
        for seen, _ in enumerate(followed(response, told, found), start=1):
            if seen == after:
                process.send_signal(signal.SIGKILL)
    except httpx.TransportError:
        found["cut"] += 1


@contextmanager
def following(client: httpx.Client, answer_id: str, told: Told) -> Iterator[httpx.Response]:
    """What comes after the last event of ``told``."""
    headers = {"last-event-id": str(max(told))} if told else {}
    with client.stream("GET", f"/api/answers/{answer_id}/events", headers=headers) as response:
        response.raise_for_status()
        yield response


def plain(told: Told) -> Counter[str]:
    """The events but for the text, without what differs each time: milliseconds, ids, and the step that says it."""
    kept: Counter[str] = Counter()
    for event in told.values():
        bare = json.loads(json.dumps(event))
        if bare["kind"] in ("started", "wrote", "finished") or bare.get("step") == "resume":
            continue
        for tree in (bare, bare.get("card", {}), bare.get("form", {})):
            tree.pop("ms", None)
            tree.pop("id", None)
        kept[json.dumps(bare, sort_keys=True)] += 1
    return kept


def text(told: Told) -> str:
    return "".join(told[seq]["text"] for seq in sorted(told) if told[seq]["kind"] == "wrote")


def judge(told: Told, log: Told, whole: Told, found: Counter[str]) -> None:
    """Is what the reader has the log, and is the log that of an answer that nobody killed?"""
    found["misplaced"] += sorted(told) != list(range(1, len(told) + 1))
    found["lost"] += sum(log.get(seq) != event for seq, event in told.items()) + len(log.keys() - told.keys())
    expected, got = plain(whole), plain(told)
    found["doubled"] += sum((got - expected).values())
    found["lost"] += sum((expected - got).values())
    found["changed"] += text(told) != text(whole)
    ends = [told[seq] for seq in told if told[seq]["kind"] == "finished"]
    last = whole[max(whole)]
    found["wrong_end"] += [end["status"] for end in ends] != [last["status"]]
    found["events"] += len(told)
    resumed = sum(event.get("step") == "resume" for event in told.values())
    found["resumed"] += resumed
    found["twice"] += resumed > 1
    if resumed and last["status"] == "answered":
        found["changed"] += ends[0]["usage"] != last["usage"]  # what was spent before counts, and counts once


def replied(client: httpx.Client, told: Told, thread: str, found: Counter[str]) -> None:
    """The form that was cut off takes a reply."""
    (form,) = (event["form"] for event in told.values() if event["kind"] == "asked")
    values = {form["fields"][0]["id"]: [form["fields"][0]["choices"][0]["id"]]}
    body = {"thread_id": thread, "reply": {"form_id": form["id"], "values": values}, "mode": "copilot"}
    _, answer = asked(client, body, found)
    found["reply_refused"] += answer[max(answer)]["status"] != "answered"
    found["replies"] += 1


def filled(folder: Path, url: str) -> Settings:
    answer = AnswerSettings(clarify_s=UNHURRIED_S, read_s=UNHURRIED_S, research_s=UNHURRIED_S, deadline_s=UNHURRIED_S)
    settings = Settings(
        data_dir=folder,
        answer=answer,
        rank=RankSettings(read_s=UNHURRIED_S),
        library=LibrarySettings(url=url),
        server=ServerSettings(port=0),
    )
    with closing(Index.open(settings.index_dir, MiniLM.load(), writer=True)) as index:
        index.add(
            [
                Original(document=Document(url=f"https://example.org/{title}", title=title), text=text)
                for title, text in PAGES.items()
            ]
        )
        index.embed_pending(threading.Event())  # a server would, in the background, and find more than the one before
    return settings


def campaign(url: str, rounds: int, seed: int) -> Counter[str]:
    """The sum over all rounds; a fault is a bug."""
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0), rounds=rounds)
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="pincite-research-") as folder:
        settings = filled(Path(folder), url)
        with serving(settings) as (_, client):
            wholes = [asked(client, {"text": each, "mode": "copilot"}, total)[1] for each in QUESTIONS]
        for nth in range(rounds):
            dice, which = random.Random(seed + nth), nth % len(QUESTIONS)
            found: Counter[str] = Counter()
            body = {"text": QUESTIONS[which], "mode": "copilot"}
            told: Told = {}
            with serving(settings) as (process, client), client.stream("POST", "/api/ask", json=body) as response:
                answer_id = response.headers["x-answer-id"]
                cut(process, response, told, dice.randint(1, len(wholes[which])), found)
            if dice.random() < TWICE:
                with serving(settings) as (process, client), following(client, answer_id, told) as response:
                    cut(process, response, told, dice.randint(1, 5), found)
            began = time.monotonic()
            with serving(settings) as (_, client):
                with following(client, answer_id, told) as response:
                    list(followed(response, told, found))
                slowest = max(slowest, time.monotonic() - began)
                log: Told = {}
                with following(client, answer_id, log) as response:
                    list(followed(response, log, found))
                judge(told, log, wholes[which], found)
                if which == 1:
                    replied(client, told, told[1]["question"]["thread_id"], found)
            total.update(found)
            if any(found[fault] for fault in FAULTS):
                print(f"round {nth} (--seed {seed + nth}): {dict(found)}", file=sys.stderr)
    total["slowest_s"] = round(slowest)
    return total


if __name__ == "__main__":
    sys.exit(run(__doc__, campaign, FAULTS))
