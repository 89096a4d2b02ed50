"""Accounts: what is kept of them, how each is known again, and what cannot be done to them or with them."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.library.story import answered, no_files

from pincite.errors import BadInput, Conflict, NotFound, PinciteError, Refused
from pincite.library import Library, accounts, people
from pincite.library.access import Part, Role, Scope, Visitor
from pincite.library.accounts import Person
from pincite.library.collecting import Plan
from pincite.library.files import Uploads
from pincite.library.people import People
from pincite.types import Upload

GOOD = "correct horse battery"
DAY = 86_400.0


@pytest.fixture
def everyone(library: Library) -> People:
    return library.people


async def owner(everyone: People) -> Person:
    return await everyone.add("root@example.org", GOOD, Role.OWNER)


async def moved(library: Library, table: str, by_s: float) -> None:
    """As if all in ``table`` had happened ``by_s`` earlier."""
    columns = {"sessions": ("created", "seen"), "tickets": ("ends",), "api_keys": ("ends",)}[table]
    change = ", ".join(f"{column} = {column} - {by_s}" for column in columns)
    await library._write(lambda transaction: transaction.connection.execute(text(f"UPDATE {table} SET {change}")))


async def test_the_first_owner_is_the_person_that_was_here_alone_and_nobody_else_is(everyone: People) -> None:
    assert (await owner(everyone)).id == "me"
    assert (await everyone.add("two@example.org", GOOD, Role.OWNER)).id != "me"


async def test_a_first_account_that_owns_nothing_is_not_the_person_that_was_here(everyone: People) -> None:
    assert (await everyone.add("first@example.org", GOOD, Role.MEMBER)).id != "me"


async def test_an_address_is_one_however_it_is_written(everyone: People) -> None:
    made = await everyone.add(" Ada@Example.ORG ", GOOD, Role.MEMBER)
    assert made.email == "ada@example.org"
    assert await everyone.check("ADA@example.org", GOOD) == made
    with pytest.raises(Conflict, match=r"ada@example\.org has an account"):
        await everyone.add("ada@EXAMPLE.org", GOOD, Role.OWNER)


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "a b@example.org", "a@b@", "a\0@b", "x" * 255 + "@b"]
)
def test_what_is_no_address_is_told_so(email: str) -> None:
    with pytest.raises(BadInput, match="is no e-mail address"):
        accounts.address(email)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001, "ada@example.org", "aaaaaaaaaaaaaaa"])
def test_a_password_that_can_be_guessed_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(BadInput) as caught:
        people.worthy(password, "ada@example.org")
    assert not password or password not in f"{caught.value.detail} {caught.value.hint}"


async def test_passwords_sessions_keys_and_invitations_are_nowhere_as_they_are(library: Library) -> None:
    everyone = library.people
    person = await owner(everyone)
    tokens = [
        GOOD,
        await everyone.sign_in(person.id, "Firefox"),
        await everyone.make_key(person.id, "script", frozenset({Scope.READ})),
        await everyone.invite("new@example.org", Role.MEMBER, by=Role.OWNER),
        await everyone.offer_reset(person.id, by=Role.OWNER),
    ]
    tables = ("people", "sessions", "api_keys", "tickets")
    kept = await library._read(lambda c: repr([c.execute(text(f"SELECT * FROM {table}")).all() for table in tables]))
    assert [token for token in tokens if token in kept] == []
    assert all(len(re.sub("^pin_", "", token)) * 6 >= 256 for token in tokens[1:])


async def test_a_stolen_database_costs_19_mib_and_two_passes_a_guess(library: Library) -> None:
    await owner(library.people)
    kept = await library._read(lambda c: c.execute(text("SELECT password FROM people")).scalar_one())
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    began = time.process_time()
    for _ in range(3):
        people.HASHER.hash("guess")
    # 3 guesses of SHA-256 take 2 µs: this is a floor that no machine falls below, not a benchmark.
    assert time.process_time() - began > 0.01


async def test_a_wrong_address_costs_the_same_hash_as_a_wrong_password(
    everyone: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owner(everyone)
    asked = []
    verified = people._verified

    def counted(kept: str, password: str) -> bool:
        asked.append(kept.split("$")[:4])
        return verified(kept, password)

    monkeypatch.setattr(people, "_verified", counted)
    for email in ("root@example.org", "nobody@example.org", "no address", ""):
        assert await everyone.check(email, "wrong password") is None
    assert len(asked) == 4
    assert all(costs == asked[0] for costs in asked)


async def test_the_password_of_nobody_opens_nothing(everyone: People) -> None:
    assert await everyone.check("nobody@example.org", "") is None
    assert await everyone.check("", "") is None


async def test_costs_that_have_grown_reach_who_signs_in(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    await owner(library.people)
    monkeypatch.setattr(people, "HASHER", people.PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1))
    assert await library.people.check("root@example.org", GOOD)
    kept = await library._read(lambda c: c.execute(text("SELECT password FROM people")).scalar_one())
    assert "t=3" in kept
    assert await library.people.check("root@example.org", GOOD)


# ── sessions ──


async def test_a_session_is_known_until_it_ends(everyone: People) -> None:
    person = await owner(everyone)
    token = await everyone.sign_in(person.id, "Firefox")
    known = await everyone.known(token, DAY, DAY)
    assert known is not None
    assert (known.person, known.visitor.actor.id, known.visitor.role) == (person, "me", Role.OWNER)
    assert await everyone.sign_in(person.id, "Firefox") != token
    await everyone.sign_out(token)
    assert await everyone.known(token, DAY, DAY) is None


@pytest.mark.parametrize("token", ["", "null", "None", "undefined", "0", "' OR 1=1 --", "\udcff", "\0"])
async def test_a_token_that_was_never_given_is_nobodys(everyone: People, token: str) -> None:
    await everyone.sign_in((await owner(everyone)).id, "Firefox")
    assert await everyone.known(token, DAY, DAY) is None
    assert await everyone.by_key(token) is None
    assert await everyone.by_key(f"pin_{token}") is None
    with pytest.raises(NotFound):
        await everyone.accept(token, GOOD)


async def test_a_session_ends_when_it_is_idle_and_also_when_it_is_not(library: Library) -> None:
    everyone = library.people
    token = await everyone.sign_in((await owner(everyone)).id, "Firefox")
    await moved(library, "sessions", DAY * 0.9)
    assert await everyone.known(token, DAY, 2 * DAY)  # and is seen by that
    await moved(library, "sessions", DAY * 0.9)
    assert await everyone.known(token, DAY, 2 * DAY)
    await moved(library, "sessions", DAY * 0.9)
    assert await everyone.known(token, DAY, 2 * DAY) is None
    assert await everyone.known(token, DAY * 0.5, 9 * DAY) is None


async def test_a_new_password_ends_every_session_and_a_wrong_old_one_changes_nothing(everyone: People) -> None:
    person = await owner(everyone)
    token = await everyone.sign_in(person.id, "Firefox")
    with pytest.raises(Refused, match="not your password"):
        await everyone.set_password(person.id, "wrong", "another password")
    assert await everyone.known(token, DAY, DAY)
    await everyone.set_password(person.id, GOOD, "another password")
    assert await everyone.known(token, DAY, DAY) is None
    assert await everyone.check(person.email, GOOD) is None
    assert await everyone.check(person.email, "another password") == person


async def test_nobody_ends_the_session_or_the_key_of_another(everyone: People) -> None:
    person = await owner(everyone)
    other = await everyone.add("eve@example.org", GOOD, Role.ADMIN)
    token = await everyone.sign_in(person.id, "Firefox")
    key = await everyone.make_key(person.id, "script", frozenset({Scope.READ}))
    with pytest.raises(NotFound):
        await everyone.end_sessions(other.id, (await everyone.sessions(person.id))[0].id)
    with pytest.raises(NotFound):
        await everyone.revoke_key(other.id, (await everyone.keys(person.id))[0].id)
    assert await everyone.known(token, DAY, DAY)
    assert await everyone.by_key(key)


# ── keys ──


async def test_a_key_is_known_by_its_scopes_and_ends(library: Library) -> None:
    everyone = library.people
    person = await owner(everyone)
    key = await everyone.make_key(person.id, " my  script ", frozenset({Scope.READ, Scope.ASK}), DAY)
    known = await everyone.by_key(key)
    assert known is not None
    assert known.visitor.scopes == {Scope.READ, Scope.ASK}
    shown = (await everyone.keys(person.id))[0]
    assert (shown.name, shown.used is not None, key.startswith(shown.prefix)) == ("my script", True, True)
    assert len(shown.prefix) < 12
    await moved(library, "api_keys", DAY + 1)
    assert await everyone.by_key(key) is None


async def test_a_revoked_key_is_nobodys(everyone: People) -> None:
    person = await owner(everyone)
    key = await everyone.make_key(person.id, "script", frozenset(Scope))
    await everyone.revoke_key(person.id, (await everyone.keys(person.id))[0].id)
    assert await everyone.by_key(key) is None


@pytest.mark.parametrize(
    ("name", "scopes"), [("", frozenset(Scope)), ("script", frozenset()), ("a\0", frozenset(Scope))]
)
async def test_a_key_without_name_or_scope_is_refused(everyone: People, name: str, scopes: set[Scope]) -> None:
    with pytest.raises(BadInput):
        await everyone.make_key((await owner(everyone)).id, name, frozenset(scopes))


# ── roles ──


async def test_a_suspended_person_is_out_everywhere_until_it_is_let_in_again(everyone: People) -> None:
    await owner(everyone)
    person = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    token = await everyone.sign_in(person.id, "Firefox")
    key = await everyone.make_key(person.id, "script", frozenset(Scope))
    await everyone.suspend(person.id, by=Role.ADMIN)
    assert await everyone.known(token, DAY, DAY) is None
    assert await everyone.by_key(key) is None
    assert await everyone.check(person.email, GOOD) is None
    await everyone.resume(person.id, by=Role.ADMIN)
    assert await everyone.known(token, DAY, DAY) is None
    assert await everyone.by_key(key)
    assert await everyone.check(person.email, GOOD) == person


async def test_an_admin_makes_no_admin_and_touches_none(everyone: People) -> None:
    boss = await owner(everyone)
    admin = await everyone.add("adm@example.org", GOOD, Role.ADMIN)
    member = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    for act in (
        everyone.set_role(member.id, Role.ADMIN, by=Role.ADMIN),
        everyone.set_role(member.id, Role.OWNER, by=Role.ADMIN),
        everyone.set_role(boss.id, Role.GUEST, by=Role.ADMIN),
        everyone.suspend(admin.id, by=Role.ADMIN),
        everyone.offer_reset(boss.id, by=Role.ADMIN),
        everyone.invite("x@example.org", Role.ADMIN, by=Role.ADMIN),
        everyone.set_role(member.id, Role.GUEST, by=Role.MEMBER),
        everyone.invite("x@example.org", Role.GUEST, by=Role.MEMBER),
    ):
        with pytest.raises(Refused):
            await act
    assert await everyone.all() == [boss, admin, member]


async def test_the_last_owner_can_not_go(everyone: People) -> None:
    boss = await owner(everyone)
    for act in (
        everyone.set_role(boss.id, Role.ADMIN, by=Role.OWNER),
        everyone.suspend(boss.id, by=Role.OWNER),
        everyone.forget(boss.id, no_files),
    ):
        with pytest.raises(Conflict, match="last owner"):
            await act
    heir = await everyone.add("heir@example.org", GOOD, Role.OWNER)
    await everyone.forget(boss.id, no_files)
    assert await everyone.all() == [heir]


# ── invitations ──


async def test_an_invitation_makes_the_account_it_was_for_once(everyone: People) -> None:
    token = await everyone.invite("ada@example.org", Role.MEMBER, by=Role.OWNER)
    assert [ticket.email for ticket in await everyone.invitations()] == ["ada@example.org"]
    made = await everyone.accept(token, GOOD, "Ada")
    assert (made.email, made.role, made.name) == ("ada@example.org", Role.MEMBER, "Ada")
    with pytest.raises(NotFound):
        await everyone.accept(token, "another password")
    assert await everyone.invitations() == []


async def test_a_bad_password_does_not_use_an_invitation_up(everyone: People) -> None:
    token = await everyone.invite("ada@example.org", Role.MEMBER, by=Role.OWNER)
    with pytest.raises(BadInput):
        await everyone.accept(token, "short")
    assert await everyone.accept(token, GOOD)


async def test_a_newer_invitation_ends_the_older_and_a_withdrawn_or_old_one_is_none(library: Library) -> None:
    everyone = library.people
    first = await everyone.invite("ada@example.org", Role.OWNER, by=Role.OWNER)
    second = await everyone.invite("ada@example.org", Role.GUEST, by=Role.OWNER)
    with pytest.raises(NotFound):
        await everyone.ticket(first)
    await everyone.withdraw((await everyone.ticket(second)).id)
    third = await everyone.invite("ada@example.org", Role.GUEST, by=Role.OWNER)
    await moved(library, "tickets", 8 * DAY)
    for token in (second, third):
        with pytest.raises(NotFound):
            await everyone.accept(token, GOOD)


async def test_a_leave_to_choose_a_password_is_good_once_and_ends_sessions_and_others(everyone: People) -> None:
    await owner(everyone)
    person = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    session = await everyone.sign_in(person.id, "thief")
    older = await everyone.offer_reset(person.id, by=Role.OWNER)
    token = await everyone.offer_reset(person.id, by=Role.OWNER)
    with pytest.raises(NotFound):
        await everyone.ticket(older)
    assert (await everyone.accept(token, "a new password", "another name")) == replace(person)
    assert await everyone.known(session, DAY, DAY) is None
    assert await everyone.check(person.email, "a new password") == person
    with pytest.raises(NotFound):
        await everyone.accept(token, GOOD)


async def test_two_who_accept_at_once_make_one_account(everyone: People) -> None:
    token = await everyone.invite("ada@example.org", Role.MEMBER, by=Role.OWNER)
    made = await asyncio.gather(*(everyone.accept(token, f"{GOOD} {n}") for n in range(2)), return_exceptions=True)
    assert sorted(isinstance(one, PinciteError) for one in made) == [False, True]
    assert len(await everyone.all()) == 1


async def test_who_is_forgotten_leaves_nothing_behind(library: Library, tmp_path: Path) -> None:
    everyone = library.people
    boss = await owner(everyone)
    person = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    await everyone.sign_in(person.id, "Firefox")
    await everyone.make_key(person.id, "script", frozenset(Scope))
    await everyone.offer_reset(person.id, by=Role.OWNER)
    hers, his = [library.collections(Visitor(one.actor, one.role)) for one in (person, boss)]
    await hers.make(Plan("Hers"))
    shared = await his.make(Plan("His"))
    await hers.join(await his.invite(shared, Part.EDITOR))
    answer_id = await answered(library, "What is a whale?", "A mammal.")
    await library.judge(answer_id, person.id, "up")
    await library.judge(answer_id, boss.id, "down")
    await library.consent(person.id, given=True)
    uploads = Uploads(tmp_path / "files")
    for one in (person, boss):
        (tmp_path / "content").write_bytes(b"x")
        uploads.begin(Upload(name="a.txt", bytes=1, owner=one.id, created=datetime.now(UTC)), tmp_path / "content")
    await everyone.forget(person.id, partial(asyncio.to_thread, uploads.forget))
    tables = ("people", "sessions", "api_keys", "tickets", "collections", "members", "feedback", "consents", "threads")
    kept = await library._read(lambda c: repr([c.execute(text(f"SELECT * FROM {table}")).all() for table in tables]))
    assert person.id not in kept
    assert not re.search(r"\bada\b", kept), "as a word: ids are random letters"
    assert [one.plan.title for one in await his.all()] == ["His"]
    assert [one.person for one in await library.feedback()] == [boss.id]
    assert [upload.owner for upload in uploads.all()] == [boss.id]


async def test_who_may_not_leave_keeps_every_file(everyone: People) -> None:
    boss, gone = await owner(everyone), []

    async def forget(owner: str) -> None:
        gone.append(owner)

    with pytest.raises(Conflict, match="last owner"):
        await everyone.forget(boss.id, forget)
    with pytest.raises(NotFound):
        await everyone.forget("never", forget)
    assert gone == []


async def test_a_file_that_comes_while_its_owner_leaves_goes_too(everyone: People) -> None:
    await owner(everyone)
    person = await everyone.add("ada@example.org", GOOD, Role.MEMBER)
    seen = []

    async def forget(owner: str) -> None:
        seen.append((owner, owner in [one.id for one in await everyone.all()]))

    await everyone.forget(person.id, forget)
    assert seen == [(person.id, True), (person.id, False)]
