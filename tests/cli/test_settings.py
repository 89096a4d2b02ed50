"""Every setting with its value and where it came from; and the page of the documentation names each."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from pincite.cli.settings import shown
from pincite.loading import described

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_values_say_where_they_come_from(fresh: Cli, data_dir: Path) -> None:
    (data_dir.parent / "pincite.toml").write_text("[answer]\nmax_words = 60\n")
    found = json.loads(fresh("settings", "--json", "--set", "server.port=9000").stdout)
    assert found["answer.max_words"] == {"value": 60, "from": "pincite.toml"}
    assert found["server.port"] == {"value": 9000, "from": "flag"}
    assert found["search.hits"]["from"] == "default"
    assert found["data_dir"]["from"] == "PINCITE_DATA_DIR"
    assert fresh("settings", "path").stdout.strip().endswith("pincite.toml")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://me:s3cret@db.example.org/x", "postgresql://me:***@db.example.org/x"),
        ("postgresql://me:s3@cret@db/x?sslmode=require", "postgresql://me:***@db/x?sslmode=require"),
        ("postgresql://db/x?user=me&password=s3cret", "postgresql://db/x?user=me&password=***"),
        ("postgresql://me@db:5432/x", "postgresql://me@db:5432/x"),
        ("sqlite:////tmp/a:b@c.sqlite3", "sqlite:////tmp/a:b@c.sqlite3"),
    ],
)
def test_a_password_in_an_address_is_not_told(fresh: Cli, url: str, told: str) -> None:
    found = json.loads(fresh("settings", "--json", "--set", f"library.url={url}").stdout)
    assert found["library.url"] == {"value": told, "from": "flag"}


def test_an_unknown_setting_is_told_with_the_nearest_right_one(fresh: Cli) -> None:
    done = fresh("settings", "--set", "server.prt=1")
    assert done.returncode == 2
    assert "did you mean server.port?" in done.stderr


def test_values_are_written_as_in_toml() -> None:
    assert [shown(value) for value in (None, True, 1.5, "a", ["a", "b"])] == ['""', "true", "1.5", '"a"', '["a", "b"]']


def test_the_documentation_names_every_setting_and_its_purpose() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert [name for name, what in described() if f"| `{name}` |" not in page or what not in page] == []
