from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from pincite.errors import BadInput, Damaged, Refused
from pincite.library import Library
from pincite.library.vault import FILE, keep, kept

KEY = "sk-canary-4711"


async def test_a_key_counts_before_the_environments_and_after_a_restart(library: Library, tmp_path: Path) -> None:
    vault = await library.vault(tmp_path, {"A": "env", "B": "env"})
    await vault.put("A", f" {KEY}\n")
    again = await library.vault(tmp_path, {"A": "env", "B": "env"})
    for one in (vault, again):
        assert dict(one) == {"A": KEY, "B": "env"}
        assert (len(one), one.given(), one.get("C", "")) == (2, {"A"}, "")
    await again.forget("A")
    assert dict(await library.vault(tmp_path, {"A": "env"})) == {"A": "env"}


async def test_what_another_process_gave_or_forgot_is_seen_after_a_new_look(library: Library, tmp_path: Path) -> None:
    here, there = await library.vault(tmp_path, {"A": "env"}), await library.vault(tmp_path, {})
    assert not await here.renew()
    await there.put("A", KEY)
    assert here["A"] == "env"
    assert [await here.renew(), await here.renew()] == [True, False]
    assert here["A"] == KEY
    await there.put("A", "sk-another")
    assert await here.renew()
    assert here["A"] == "sk-another"
    await there.forget("A")
    assert await here.renew()
    assert dict(here) == {"A": "env"}
    await here.put("A", KEY)
    assert not await here.renew()


async def test_a_key_that_cannot_be_opened_leaves_what_was_known(library: Library, tmp_path: Path) -> None:
    vault = await library.vault(tmp_path, {})
    await vault.put("A", KEY)
    sealed = (await library._read(kept))["A"]
    await library._write(lambda transaction: keep(transaction.connection, "B", sealed))
    for _ in range(2):
        with pytest.raises(Damaged, match="the key kept as B"):
            await vault.renew()
    assert dict(vault) == {"A": KEY}


async def test_the_database_alone_tells_no_key_and_the_file_is_its_owners(library: Library, tmp_path: Path) -> None:
    vault = await library.vault(tmp_path, {})
    await vault.put("A", KEY)
    await vault.put("B", KEY)
    rows = await library._read(lambda c: c.execute(text("SELECT name, value FROM secrets")).all())
    assert KEY not in repr(rows)
    assert rows[0].value != rows[1].value
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert KEY not in repr(vault)
    assert list(tmp_path.glob("*.part")) == []


async def test_a_row_in_the_place_of_another_and_a_lost_file_are_told(library: Library, tmp_path: Path) -> None:
    vault = await library.vault(tmp_path, {})
    await vault.put("A", KEY)
    await library._write(lambda transaction: transaction.connection.execute(text("UPDATE secrets SET name = 'B'")))
    with pytest.raises(Damaged, match=f"the key kept as B is not opened by {FILE}"):
        await library.vault(tmp_path, {})
    (tmp_path / FILE).unlink()
    with pytest.raises(Damaged, match="is not opened"):
        await library.vault(tmp_path, {})
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(Damaged, match="not a key of 32 bytes"):
        await library.vault(tmp_path, {})


@pytest.mark.parametrize("value", ["", "  ", "clé", "a\nb", "x" * 4001])
async def test_what_can_not_be_a_key_is_refused_and_not_repeated(library: Library, tmp_path: Path, value: str) -> None:
    vault = await library.vault(tmp_path, {})
    with pytest.raises(BadInput) as caught:
        await vault.put("A", value)
    assert not value.strip() or value not in str(caught.value)
    assert dict(vault) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
async def test_a_folder_that_can_not_be_written_is_told(library: Library, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Refused, match="can't be used"):
        await (await library.vault(tmp_path, {})).put("A", KEY)
