"""A database from the command line: asked in words and in SQL, listed, shown, and said what is wrong with it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import shop
from tests.cli.conftest import Run, command, environment

from pincite.types import Answer

COUNT = "how many customers are there by country?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder beside a file of settings with a shop in it, and one whose file is gone."""
    place = tmp_path_factory.mktemp("databases")
    made = shop.made(place / "shop.db")
    (place / "pincite.toml").write_text(
        f"[databases.shop]\nurl = {json.dumps(made.url)}\nlabel = 'Shop'\ndescription = '{made.description}'\n"
        "tables = ['customers', 'orders']\nhidden = ['customers.email']\n"
        f"[databases.gone]\nurl = 'sqlite:///{place}/gone.db'\n"
    )
    return place / "data"


@pytest.fixture
def ask(folder: Path, inside: Callable[..., Run]) -> Callable[..., Run]:
    return lambda *words: inside(folder, *words)


def test_the_sentence_then_the_rows_then_the_query_then_the_source(ask: Callable[..., Run]) -> None:
    done = ask("ask", "-f", "shop", COUNT)
    assert done.returncode == 0, done.stderr
    places = [
        done.stdout.index(one) for one in ("Germany 3", "| Germany | 3 |", "```sql\nSELECT", "[1] Shop: customers")
    ]
    assert places == sorted(places)
    assert done.stdout.split("\n")[0].endswith("[1]")
    assert "pincite:query" not in done.stdout


def test_a_query_is_no_page_to_open(ask: Callable[..., Run]) -> None:
    done = ask("ask", "-f", "shop", COUNT, "-o", "1")
    assert done.returncode == 2
    assert "source 1 is a query\n  → its rows and its SQL stand in the answer" in done.stderr


def test_sql_is_run_as_it_is(ask: Callable[..., Run]) -> None:
    done = ask("ask", "-f", "shop", "--sql", "SELECT name FROM customers WHERE country = 'Sweden'", "--json")
    answer = Answer.model_validate_json(done.stdout)
    assert answer.question.text == answer.question.sql
    assert "Carl Linnaeus" in answer.text
    refused = ask("ask", "-f", "shop", "--sql", "SELECT value FROM secrets")
    assert refused.returncode == 1
    assert "SELECT value FROM secrets\n                  ^^^^^^^\n" in refused.stderr
    assert "sesame" not in refused.stdout + refused.stderr
    for words in (("--sql", "SELECT 1"), ("-f", "index", "--sql", "SELECT 1")):
        elsewhere = ask("ask", *words)
        assert (elsewhere.returncode, elsewhere.stdout) == (2, "")
        assert "pincite databases" in elsewhere.stderr


def test_a_talk_asks_on_and_runs_sql(folder: Path) -> None:
    said = [
        "/focus shop",
        COUNT,
        "/sql SELECT COUNT(*) FROM orders",
        "/sql DROP TABLE orders",
        "/focus moon",
        "/quit\n",
    ]
    done = subprocess.run(
        command("chat"),
        env=environment(folder),
        cwd=folder.parent,
        input="\n".join(said),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "looking in Shop" in done.stderr
    assert "| Germany | 3 |" in done.stdout
    assert "| 30 |" in done.stdout
    assert "DROP" in done.stderr
    assert "no focus called 'moon'" in done.stderr


def test_databases_are_listed_with_what_is_in_them_or_what_is_wrong(ask: Callable[..., Run]) -> None:
    done = ask("databases")
    assert done.returncode == 0
    assert "shop: Shop; Customers and their orders; 2 tables, 37 rows" in done.stdout
    assert "gone: can't be asked: there is no file" in done.stdout
    assert " → " in done.stdout
    found = {one["name"]: one for one in json.loads(ask("databases", "--json").stdout)}
    assert (found["shop"]["reachable"], found["shop"]["tables"], found["shop"]["rows"]) == (True, 2, 37)
    assert (found["gone"]["reachable"], found["gone"]["tables"]) == (False, 0)
    assert "shop: Customers and their orders; nothing leaves this machine" in ask("focuses").stdout


def test_one_database_shows_its_tables_and_what_can_be_asked(ask: Callable[..., Run]) -> None:
    done = ask("databases", "shop")
    assert done.returncode == 0
    assert "customers, 7 rows\n  customer_id, name, country, city, joined\n" in done.stdout
    assert "email" not in done.stdout
    assert "secrets" not in done.stdout
    question = done.stdout.split('pincite "')[1].split('"')[0]
    assert question.startswith("@shop ")
    assert ask(question).returncode == 0
    whole = json.loads(ask("databases", "shop", "--json").stdout)
    assert [table["name"] for table in whole[0]["tables"]] == ["customers", "orders"]


def test_what_can_not_be_shown_is_told_with_the_next_step(ask: Callable[..., Run]) -> None:
    for name, code, said in (("gone", 1, "there is no file"), ("moon", 2, "there are: shop, gone")):
        done = ask("databases", name)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr
        assert "  → " in done.stderr


def test_a_layer_says_what_things_mean_and_a_wrong_name_in_it_is_told(ask: Callable[..., Run], tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "databases.md").read_text(encoding="utf-8")
    layer = page.split("# shop-layer.toml\n")[1].split("```")[0]
    (tmp_path / "layer.toml").write_text(layer)
    named = ("--set", f"databases.shop.layer={tmp_path}/layer.toml")
    assert "**7**" in ask(*named, "@shop how many clients are there?").stdout
    assert "**1,450 EUR**" in ask(*named, "@shop what is the revenue?").stdout
    assert "(EUR)" not in ask(*named, "ask", "-f", "shop", "--sql", "SELECT COUNT(*) AS total FROM orders").stdout
    settled = ask(*named, "@shop how many orders are settled?").stdout
    assert "**10**" in settled
    assert "“settled” read as paid" in settled
    (tmp_path / "layer.toml").write_text(layer.replace("orders.columns.total", "orders.columns.totl"))
    wrong = ask(*named, "databases", "shop")
    assert wrong.returncode == 2
    assert "there is no column 'orders.totl'; there is orders.total" in wrong.stderr


def test_the_doctor_looks_at_each(ask: Callable[..., Run]) -> None:
    done = ask("doctor", "--set", "server.port=0")
    assert done.returncode == 1
    assert "✓ databases: shop: 2 tables, 37 rows" in done.stdout
    assert "✗ databases: gone: there is no file" in done.stdout


def test_where_none_is_set_up_it_says_how(data_dir: Path, inside: Callable[..., Run]) -> None:
    done = inside(data_dir, "databases")
    assert done.returncode == 0
    assert "databases.shop.url=sqlite:///shop.db" in done.stderr
