"""What docs/operate.md tells to type does what it says there."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.index.making import Hashing, original

from pincite.index import Index

PAGE = (Path(__file__).parents[1] / "docs" / "operate.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the commands call sqlite3")
def test_a_second_backup_holds_what_came_after_the_first(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    commands = PAGE.split("## Back up and restore")[1].split("```")[1]
    commands = commands.replace("/srv/pincite", str(data)).replace("/backup", str(backup))

    def back_up(name: str) -> Path:
        subprocess.run(["sh", "-ec", commands], check=True)
        (made,) = backup.glob("2*T*")
        return made.rename(backup / name)

    data.mkdir()
    subprocess.run(["sqlite3", data / "library.sqlite3", "create table threads (id)"], check=True)
    index = Index.open(data / "index", Hashing(), writer=True)
    index.add([original("first", "The pump stands in the cellar.")])
    index.commit()
    back_up("open, with a log beside its database")
    index.add([original("second", "The meter stands in the hall.")])
    index.close()
    made = back_up("closed")
    assert (made / "library.sqlite3").stat().st_mode & 0o077 == 0
    restored = Index.open(made / "index", Hashing(), writer=True)
    try:
        assert restored.status().documents == 2
    finally:
        restored.close()
