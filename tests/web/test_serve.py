from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from tests.campaigns import given, kill_server
from tests.web.conftest import serving

from pincite.engine import AnswerEngine
from pincite.errors import BadSettings, Busy, Refused
from pincite.settings import ServerSettings, Settings
from pincite.web.serve import DRAIN_S, access_token, bind


def on(host: str, **more: str) -> Settings:
    return Settings(server=ServerSettings(host=host, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "box.lan"])
def test_a_public_bind_without_a_token_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="lets others in") as caught:
        access_token(on(host), {})
    assert "export PINCITE_TOKEN=" in caught.value.hint


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(Refused, match="has 4 characters") as caught:
        access_token(on("0.0.0.0"), {"PINCITE_TOKEN": "1234"})
    assert "1234" not in f"{caught.value} {caught.value.hint}"


def test_the_token_comes_from_the_variable_that_the_setting_names() -> None:
    assert access_token(on("0.0.0.0", token_env="MY"), {"MY": "x" * 20, "PINCITE_TOKEN": "y" * 20}) == "x" * 20
    assert access_token(on("127.0.0.1"), {}) == ""


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Busy, match=f"port {port}") as caught:
            bind("127.0.0.1", port)
    assert f"--port {port + 1}" in caught.value.hint


def test_port_0_is_a_free_one_and_replies_do_not_wait_for_acks() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0
        assert listener.proto == socket.IPPROTO_TCP  # what makes event loops set TCP_NODELAY


@pytest.mark.parametrize("host", ["203.0.113.7", "not a host"])
def test_an_address_that_is_not_ours_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_numbers(name: str, *args: object, **more: object) -> list[object]:
        if name != "203.0.113.7":
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    with pytest.raises(BadSettings) as caught:
        bind(host, 0)
    assert "127.0.0.1" in caught.value.hint


def started(data: Path) -> tuple[subprocess.Popen[str], str]:
    """A server process, and its URL once it takes requests."""
    command, env = given.server(Settings(data_dir=data, server=ServerSettings(port=0)))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    assert process.stdout
    return process, process.stdout.readline().strip()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_end_lets_followers_finish_and_closes_its_data(
    tmp_path: Path, sign: signal.Signals
) -> None:
    process, url = started(tmp_path)
    try:
        headers = {"accept": "text/event-stream"}
        with httpx.stream("POST", f"{url}/api/ask", json={"text": "Who are you?"}, headers=headers) as response:
            process.send_signal(sign)
            assert "event: finished" in response.read().decode()
            assert list(tmp_path.rglob("*-wal"))
        assert process.wait(30) == 0
        assert not list(tmp_path.rglob("*-wal"))  # SQLite removes it when the last connection is closed
    finally:
        process.kill()
        process.communicate()


def test_a_server_that_stops_waits_for_nobody_who_only_looks_at_a_thread(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    ended = threading.Event()

    def look(url: str) -> None:
        with httpx.stream("GET", url, timeout=DRAIN_S) as reply:
            begun.set()
            for _ in reply.iter_bytes():
                pass
        ended.set()

    begun = threading.Event()
    with serving(lambda: AnswerEngine.open(settings, env={}), settings) as served, served.client() as client:
        thread = client.post("/ask", data={"text": "What?"}).headers["location"].partition("#")[0]
        looking = threading.Thread(target=look, args=(f"{served.url}{thread}/watch",))
        looking.start()
        assert begun.wait(10)
        began = time.monotonic()
    assert time.monotonic() - began < DRAIN_S / 2
    looking.join(10)
    assert ended.is_set()


def test_who_follows_an_answer_misses_and_doubles_nothing_while_the_server_is_killed() -> None:
    """`python -m tests.campaigns.kill_server` has 40 viewers, 6 kills and 1,000 reconnects."""
    small = kill_server.Campaign(viewers=4, kills=1, reconnects=40, seed=1)
    found = asyncio.run(kill_server.campaign(small))
    assert {fault: found[fault] for fault in kill_server.FAULTS} == dict.fromkeys(kill_server.FAULTS, 0)
    assert found["reconnects"] >= 40
    assert found["refused"] > 0
