"""Model servers that admins added: kept with their keys, told by name, and gone with both."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from tests.library.story import no_files
from tests.library.test_people import GOOD

from pincite.errors import BadInput, Conflict, NotFound
from pincite.library import Library
from pincite.library.access import Role
from pincite.library.endpoints import Endpoints
from pincite.library.vault import kept
from pincite.settings import EndpointSettings

BOX = EndpointSettings(base_url="http://10.0.0.7:11434/v1", models=("a", "b,c"))
KEY = "sk-canary-4711"


async def opened(library: Library, folder: Path) -> Endpoints:
    return await library.endpoints(await library.vault(folder, {"endpoint:box": "of the environment"}))


async def test_a_server_counts_at_once_and_after_a_restart_with_its_key(library: Library, tmp_path: Path) -> None:
    me = await library.people.add("root@example.org", GOOD, Role.OWNER, name="Root")
    endpoints = await opened(library, tmp_path)
    await endpoints.add("box", BOX, f" {KEY} ", by=me.id)
    await endpoints.add("open", EndpointSettings(base_url="https://example.org", dialect="anthropic"))
    for one in (endpoints, await opened(library, tmp_path)):
        assert dict(one) == {
            "box": BOX.model_copy(update={"key_env": "endpoint:box"}),
            "open": EndpointSettings(base_url="https://example.org", dialect="anthropic"),
        }
        assert [(there.name, there.by) for there in one.added()] == [("box", "Root"), ("open", "")]
    rows = await library._read(lambda c: c.execute(text("SELECT * FROM endpoints")).all())
    assert KEY not in repr(rows)


async def test_what_another_process_added_or_removed_is_seen_after_a_new_look(library: Library, tmp_path: Path) -> None:
    here, there = await opened(library, tmp_path), await opened(library, tmp_path)
    await there.add("box", BOX, KEY)
    assert "box" not in here
    assert [await here.renew(), await here.renew()] == [True, False]
    assert here["box"] == there["box"]
    with pytest.raises(Conflict):
        await here.add("box", BOX)
    await there.remove("box")
    assert await here.renew()
    assert dict(here) == {}


async def test_a_server_that_is_removed_takes_its_key_along(library: Library, tmp_path: Path) -> None:
    endpoints = await opened(library, tmp_path)
    await endpoints.add("box", BOX, KEY)
    await endpoints.remove("box")
    for one in (endpoints, await opened(library, tmp_path)):
        assert dict(one) == {}
    assert await library._read(kept) == {}
    with pytest.raises(NotFound):
        await endpoints.remove("box")


async def test_a_key_that_is_forgotten_leaves_a_server_without_one(library: Library, tmp_path: Path) -> None:
    vault = await library.vault(tmp_path, {})
    endpoints = await library.endpoints(vault)
    await endpoints.add("box", BOX, KEY)
    await vault.forget("endpoint:box")
    assert endpoints["box"].key_env == ""


@pytest.mark.parametrize("name", ["", "Box", "a:b", "a b", "-a", "../a", "a" * 41, "ä", "box\n"])
async def test_a_name_that_can_not_stand_in_a_models_id_is_refused(library: Library, tmp_path: Path, name: str) -> None:
    endpoints = await opened(library, tmp_path)
    with pytest.raises(BadInput, match="can't be a server's name"):
        await endpoints.add(name, BOX, KEY)
    assert (dict(endpoints), await library._read(kept)) == ({}, {})


async def test_a_name_is_taken_once_also_by_another_process(library: Library, tmp_path: Path) -> None:
    here, there = await opened(library, tmp_path), await opened(library, tmp_path)
    await here.add("box", BOX)
    for one in (here, there):
        with pytest.raises(Conflict, match="there is a server 'box'"):
            await one.add("box", EndpointSettings(base_url="http://elsewhere"))
    assert here["box"] == BOX


async def test_a_bad_key_adds_no_server(library: Library, tmp_path: Path) -> None:
    endpoints = await opened(library, tmp_path)
    with pytest.raises(BadInput, match="no key"):
        await endpoints.add("box", BOX, "clé")
    assert dict(await opened(library, tmp_path)) == {}


async def test_what_somebody_added_stays_without_the_name_when_that_person_leaves(
    library: Library, tmp_path: Path
) -> None:
    await library.people.add("root@example.org", GOOD, Role.OWNER)
    ada = await library.people.add("ada@example.org", GOOD, Role.ADMIN, name="Ada")
    await (await opened(library, tmp_path)).add("box", BOX, by=ada.id)
    await library.people.forget(ada.id, no_files)
    assert [(one.name, one.by) for one in (await opened(library, tmp_path)).added()] == [("box", "")]
