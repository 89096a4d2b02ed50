"""Whose account an identity provider opens: by its subject, and by an address only where that was said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.library.test_people import GOOD, moved, owner

from pincite.errors import Conflict, NotFound, Refused
from pincite.library import Library
from pincite.library.access import Role
from pincite.library.people import People
from pincite.library.vouching import Entry, Vouched

ADA = Vouched("https://id.example", "ada-1815", "ada@example.org", "Ada  Lovelace\n")
CLUB = Entry("The Club", frozenset({"example.org"}), Role.MEMBER, "free")
NOBODY = replace(CLUB, domains=frozenset())
ANYBODY = replace(CLUB, domains=frozenset({"*"}), role=Role.GUEST)


@pytest.fixture
def everyone(library: Library) -> People:
    return library.people


async def test_an_account_is_made_for_a_domain_that_was_named_and_for_no_other(everyone: People) -> None:
    await owner(everyone)
    made = await everyone.come(ADA, CLUB)
    assert (made.email, made.name, made.role, made.has_password) == (ADA.email, "Ada Lovelace", Role.MEMBER, False)
    assert await everyone.come(replace(ADA, email="", name="x"), NOBODY) == made
    for other in ("eve@evil.example", "eve@sub.example.org", "eve@example.org.evil.example", "eve@notexample.org"):
        with pytest.raises(Refused, match="has no account here"):
            await everyone.come(Vouched(ADA.issuer, "eve", other), CLUB)
    assert (await everyone.come(Vouched(ADA.issuer, "eve", "eve@evil.example"), ANYBODY)).role is Role.GUEST


async def test_the_same_name_at_another_provider_is_another_person(everyone: People) -> None:
    await owner(everyone)
    await everyone.come(ADA, CLUB)
    with pytest.raises(Refused, match="connected with another one"):
        await everyone.come(replace(ADA, issuer="https://other.example"), CLUB)


@pytest.mark.parametrize("email", ["", "ada", "ada@\u212aelvin.org", "ädä@example.org", "ada@example.org\n,eve@x.org"])
async def test_without_an_address_that_is_one_nobody_new_comes_in(everyone: People, email: str) -> None:
    with pytest.raises(Refused, match="does not say that you have an e-mail address"):
        await everyone.come(replace(ADA, email=email), ANYBODY)
    assert await everyone.all() == []


async def test_an_account_that_is_there_is_connected_where_the_provider_speaks_for_its_domain(everyone: People) -> None:
    await owner(everyone)
    before = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    for entry in (NOBODY, ANYBODY):
        with pytest.raises(Refused, match="not connected with The Club"):
            await everyone.come(ADA, entry)
    assert (await everyone.person(before.id)).subject is None
    now = await everyone.come(ADA, CLUB)
    assert now == replace(before, subject="https://id.example ada-1815")
    assert await everyone.check("ada@example.org", GOOD) == now


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_nobody_becomes_an_admin_by_an_address(everyone: People, role: Role) -> None:
    await owner(everyone)
    await everyone.invite("ada@example.org", role, by=Role.OWNER)
    with pytest.raises(Refused, match=f"invited as {role}"):
        await everyone.come(ADA, CLUB)
    person = await everyone.add("ada@example.org", GOOD, role)
    with pytest.raises(Refused, match="not connected"):
        await everyone.come(ADA, CLUB)
    assert (await everyone.person(person.id)).subject is None
    await everyone.connect(person.id, ADA)
    assert (await everyone.come(ADA, NOBODY)).role is role


async def test_an_invitation_is_used_up_by_its_address_and_not_after_its_end(
    everyone: People, library: Library
) -> None:
    await owner(everyone)
    token = await everyone.invite("ada@example.org", Role.GUEST, by=Role.OWNER)
    assert (await everyone.come(ADA, NOBODY)).role is Role.GUEST
    with pytest.raises(NotFound):
        await everyone.ticket(token)
    await everyone.invite("bob@example.org", Role.GUEST, by=Role.OWNER)
    await moved(library, "tickets", 8 * 86_400.0)
    with pytest.raises(Refused, match="has no account here"):
        await everyone.come(Vouched(ADA.issuer, "bob", "bob@example.org"), NOBODY)


async def test_who_is_suspended_stays_out_by_every_way(everyone: People) -> None:
    await owner(everyone)
    known = await everyone.come(ADA, CLUB)
    there = await everyone.add("bob@example.org", GOOD, Role.MEMBER)
    for person, who in ((known, ADA), (there, Vouched(ADA.issuer, "bob", "bob@example.org"))):
        await everyone.suspend(person.id, by=Role.OWNER)
        with pytest.raises(Refused, match="is suspended"):
            await everyone.come(who, CLUB)
        assert (await everyone.person(person.id)).subject == person.subject


async def test_one_identity_has_one_account_and_an_account_keeps_a_way_in(everyone: People) -> None:
    root = await owner(everyone)
    ada = await everyone.come(ADA, CLUB)
    with pytest.raises(Conflict, match="another account"):
        await everyone.connect(root.id, ADA)
    await everyone.connect(ada.id, ADA)
    with pytest.raises(Conflict, match="no way in"):
        await everyone.disconnect(ada.id)
    await everyone.connect(root.id, replace(ADA, subject="root"))
    await everyone.disconnect(root.id)
    assert (await everyone.person(root.id)).subject is None
    with pytest.raises(NotFound):
        await everyone.connect("nobody", replace(ADA, subject="nobody"))
