"""Model servers that admins add on the page: used at once and after a restart, tested, removed; by members never."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import command, environment
from tests.web.conftest import Served
from tests.web.people import House, housing

from pincite.library.access import Role
from pincite.testing.model_server import ModelServer, running
from pincite.types import new_id
from pincite.web.serve import bind

KEY = "sk-canary-4711"


@pytest.fixture(scope="module")
def served_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, ModelServer]]:
    with bind("127.0.0.1", 0) as free:
        model = ModelServer(port=free.getsockname()[1])
    with housing(tmp_path_factory.mktemp("endpoints"), beside=lambda: running(model)) as house:
        house.add("root", Role.OWNER)
        house.add("ada", Role.MEMBER)
        house.add("admin", Role.ADMIN)
        yield house, model


@pytest.fixture
def model(served_model: tuple[House, ModelServer]) -> Iterator[ModelServer]:
    """The server, in order."""
    served_model[1].mode = ""
    yield served_model[1]
    served_model[1].mode = ""


@pytest.fixture
def house(served_model: tuple[House, ModelServer]) -> House:
    return served_model[0]


@pytest.fixture
def admin(house: House) -> Iterator[httpx.Client]:
    with house.browser("admin") as client:
        yield client


@pytest.fixture
def box() -> str:
    return f"box{new_id()[:8]}"


def form(name: str, base_url: str, **more: str) -> dict[str, str]:
    return {"name": name, "base_url": base_url, "dialect": "openai", "key": "", "models": "", **more}


def ids(client: httpx.Client) -> set[str]:
    """Of the models that can be picked."""
    return {card["id"] for card in client.get("/api/models").json()["models"] if not card["locked"]}


def test_a_server_that_runs_sees_what_the_command_line_adds_and_removes(
    house: House, model: ModelServer, admin: httpx.Client, box: str
) -> None:
    data = house.served.engine.settings.data_dir
    typed(data, "add", box, model.base_url, "--key", stdin=f"{KEY}\n")
    eventually(lambda: f"{box}:test-model" in ids(admin))
    eventually(lambda: f'value="{box}:test-model"' in admin.get("/").text)
    assert box in admin.get("/providers").text
    question = {"text": "What are whales?", "model": f"{box}:test-model"}
    assert admin.post("/api/ask", json=question).status_code == 202
    typed(data, "remove", box)
    eventually(lambda: f"{box}:test-model" not in ids(admin))
    eventually(lambda: f'value="{box}:test-model"' not in admin.get("/").text)
    refused = admin.post("/api/ask", json=question)
    assert (refused.status_code, box in refused.text) == (404, True)


def typed(data: Path, *words: str, stdin: str = "") -> None:
    """``pincite models …`` in a process of its own. No file of the data folder is opened here, beside the server: with
    its closing this process would lose the locks of the server's database."""
    line = command("models", *words)
    subprocess.run(line, env=environment(data), input=stdin, text=True, timeout=120, check=True, capture_output=True)


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_server_that_an_admin_adds_is_everybodys_to_pick_at_once_and_gone_when_it_is_removed(
    house: House, model: ModelServer, admin: httpx.Client, box: str
) -> None:
    with house.browser("ada") as ada:
        ada.get("/")  # the list of models is kept for a while
        response = admin.post("/providers/endpoints", data=form(box, model.base_url, key=KEY))
        assert (response.status_code, response.headers["location"]) == (303, "/providers")
        assert {f"{box}:test-model", f"{box}:sources"} <= ids(ada)
        assert f'value="{box}:test-model"' in ada.get("/").text
        page = admin.get("/providers").text
        assert "added by admin" in page
        assert model.base_url in page
        assert KEY not in page
        asked = ada.post("/api/ask", json={"text": "What are whales?", "model": f"{box}:test-model"})
        assert asked.status_code < 300
        assert admin.post(f"/providers/endpoints/{box}/remove").status_code == 303
        assert not {one for one in ids(ada) if one.startswith(box)}
        assert box not in admin.get("/providers").text
    assert f"endpoint:{box}" not in house.served.engine.vault


def test_a_server_is_there_after_a_restart(tmp_path: Path) -> None:
    for number in range(2):
        with housing(tmp_path) as house:
            if number == 0:
                house.add("root", Role.OWNER)
                with house.browser("root") as root:
                    given = form("box", "http://127.0.0.1:9/v1", key=KEY, models="qwen3, phi4")
                    assert root.post("/providers/endpoints", data=given).status_code == 303
            assert house.served.engine.vault["endpoint:box"] == KEY
            assert {"box:qwen3", "box:phi4"} <= {
                card.id for card in house.served.run(house.served.engine.models.cards())
            }


def test_a_test_says_that_it_works_or_what_is_wrong(model: ModelServer, admin: httpx.Client, box: str) -> None:
    admin.post("/providers/endpoints", data=form(box, model.base_url, models="test-model"))
    assert "It works: test-model" in admin.post(f"/providers/endpoints/{box}/test").text
    model.mode = "401"
    assert "It does not work" in admin.post(f"/providers/endpoints/{box}/test").text
    admin.post(f"/providers/endpoints/{box}/remove")
    admin.post("/providers/endpoints", data=form(box, "http://127.0.0.1:9/v1"))
    told = admin.post(f"/providers/endpoints/{box}/test").text
    assert "It does not work: not running at http://127.0.0.1:9/v1" in told
    assert admin.post("/providers/endpoints/nobody/test").status_code == 404
    admin.post(f"/providers/endpoints/{box}/remove")


def test_a_key_of_an_added_server_is_changed_and_forgotten_and_never_shown(
    house: House, model: ModelServer, admin: httpx.Client, box: str
) -> None:
    admin.post("/providers/endpoints", data=form(box, model.base_url))
    secret = f"endpoint:{box}"
    assert "without a key" in admin.get("/providers").text
    assert admin.post("/providers", data={"name": secret, "key": KEY}).status_code == 303
    assert house.served.engine.vault[secret] == KEY
    pages = [admin.get(path).text for path in ("/providers", "/models", "/account/export")]
    assert not any(KEY in page for page in pages)
    assert admin.post("/providers/forget", data={"name": secret}).status_code == 303
    assert secret not in house.served.engine.vault
    assert admin.post("/providers", data={"name": "endpoint:nobody", "key": KEY}).status_code == 404
    admin.post(f"/providers/endpoints/{box}/remove")


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"name": "A Box"}, 422, "be a server"),
        ({"name": "ollama"}, 409, "There is a server"),
        ({"name": "vendor"}, 409, "There is a server"),
        ({"base_url": "box"}, 422, "is no http address"),
        ({"base_url": "file:///etc/passwd"}, 422, "is no http address"),
        ({"base_url": "http://user:canary@127.0.0.1/v1"}, 422, "holds a password"),
        ({"base_url": "http://127.0.0.1/v1?key=x"}, 422, "more than a path"),
        ({"base_url": "http://169.254.169.254/latest/meta-data"}, 422, "cloud keeps"),
        ({"base_url": "http://[::ffff:169.254.169.254]/"}, 422, "cloud keeps"),
        ({"base_url": "http://[fd00:ec2::254]/"}, 422, "cloud keeps"),
        ({"key": "clé"}, 422, "That is no key"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed_and_nothing_is_kept(
    house: House, admin: httpx.Client, wrong: dict[str, str], status: int, words: str
) -> None:
    before = dict(house.served.engine.endpoints)
    response = admin.post("/providers/endpoints", data=form("box", "http://127.0.0.1:9/v1", key=KEY) | wrong)
    assert response.status_code == status
    assert words in response.text
    assert '<details class="sure new-server" open>' in response.text
    assert KEY not in response.text
    assert dict(house.served.engine.endpoints) == before


@pytest.mark.parametrize("name", ["ada", ""])
def test_nobody_else_adds_tests_or_removes_a_server(house: House, name: str) -> None:
    denied, before = 404 if name else 401, set(house.served.engine.endpoints)
    with house.browser(name) as client, house.browser("root") as root:
        root.post("/providers/endpoints", data=form("kept", "http://127.0.0.1:9/v1"))
        for path in ("/providers/endpoints", "/providers/endpoints/kept/test", "/providers/endpoints/kept/remove"):
            assert client.post(path, data=form("mine", "http://127.0.0.1:9/v1")).status_code == denied
        assert {"kept"} == set(house.served.engine.endpoints) - before
        root.post("/providers/endpoints/kept/remove")


def test_a_plan_holds_for_an_added_servers_models_too(tmp_path: Path) -> None:
    with housing(tmp_path, plans={"free": {"models": ("vendor:*",)}}) as house:
        house.add("root", Role.OWNER)
        house.add("ada", Role.MEMBER)
        with house.browser("root") as root, house.browser("ada") as ada:
            root.post("/providers/endpoints", data=form("box", "http://127.0.0.1:9/v1", models="m"))
            assert ada.post("/api/ask", json={"text": "What?", "model": "box:m"}).status_code == 403


def test_on_a_server_without_accounts_its_one_person_adds_them(served: Served, client: httpx.Client) -> None:
    headers = {"sec-fetch-site": "same-origin"}
    given = form("alone", "http://127.0.0.1:9/v1", models="m")
    assert client.post("/providers/endpoints", data=given, headers=headers).status_code == 303
    assert "added" in client.get("/providers").text
    assert client.post("/providers/endpoints/alone/remove", headers=headers).status_code == 303
    assert "alone" not in served.engine.endpoints
