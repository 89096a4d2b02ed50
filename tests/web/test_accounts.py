"""Signing in and out, what attackers try, what a person can do with its own account, and admins with others'."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from tests.campaigns.worlds import worlds
from tests.web.people import HERE, KEY, PASSWORD, House, cookie, housing

from pincite.errors import Refused
from pincite.library.access import Part, Role, Scope, Visitor
from pincite.library.collecting import Plan
from pincite.settings import ServerSettings, Settings
from pincite.types import Upload, new_id
from pincite.web.limits import Logins
from pincite.web.serve import access_token
from pincite.web.visitors import COOKIE


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housing(tmp_path_factory.mktemp("accounts")) as house:
        house.add("root", Role.OWNER)
        house.add("admin", Role.ADMIN)
        yield house


@pytest.fixture
def ada(house: House) -> Iterator[str]:
    """Somebody new."""
    name = f"ada{new_id()[:6]}"
    house.add(name, Role.MEMBER)
    return name


def session(response: httpx.Response) -> str:
    """What the response puts into the cookie."""
    jar: SimpleCookie = SimpleCookie(response.headers.get("set-cookie", ""))
    return jar[COOKIE].value if COOKIE in jar else ""


def sign_in(house: House, name: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    with house.browser() as client:
        given = {"email": f"{name}@example.org", "password": password, "next": "/threads?q=1"}
        return client.post("/login", data=given, headers=headers)


# ── signing in ──


def test_a_password_makes_a_session_that_leads_on(house: House, ada: str) -> None:
    response = sign_in(house, ada)
    assert (response.status_code, response.headers["location"]) == (303, "/threads?q=1")
    words = [word.strip().lower() for word in response.headers["set-cookie"].split(";")]
    assert words[0].startswith("__host-pincite=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(words)
    assert not any(word.startswith("domain") for word in words)
    with house.browser() as client:
        assert client.get("/api/threads", headers=cookie(session(response))).status_code == 200


def test_a_browser_without_a_session_is_sent_to_the_form_and_back(house: House) -> None:
    with house.browser() as client:
        response = client.get("/t/1?v1=2", headers={"accept": "text/html"})
        assert (response.status_code, response.headers["location"]) == (303, "/login?next=/t/1%3Fv1%3D2")
        assert "password" in client.get(response.headers["location"]).text


def test_a_session_that_was_put_into_the_browser_is_never_the_one_that_is_signed_in(house: House, ada: str) -> None:
    fixed = "attackers-own-choice"
    stolen = house.tokens[ada]
    for old in (fixed, stolen):
        fresh = session(sign_in(house, ada, **cookie(old)))
        assert fresh not in {"", old}
        with house.browser() as client:
            assert client.get("/api/threads", headers=cookie(old)).status_code == 401


def test_signing_out_ends_the_session_and_no_other(house: House, ada: str) -> None:
    other = session(sign_in(house, ada))
    with house.browser(ada) as client:
        response = client.post("/logout")
        assert (response.status_code, response.headers["clear-site-data"]) == (303, '"cache", "storage"')
        assert client.get("/api/threads").status_code == 401
        assert client.get("/api/threads", headers=cookie(other)).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("nobody", ""), ("", "")])
def test_what_is_wrong_is_told_in_the_same_words(house: House, name: str, password: str) -> None:
    house.served.server.app.state.visitors.logins = Logins()
    response = sign_in(house, name, password)
    assert response.status_code == 401
    assert session(response) == ""
    told = re.sub(r'value="[^"]*@example.org"', "", response.text)
    assert told == re.sub(r'value="[^"]*@example.org"', "", sign_in(house, "root", "wrong").text)


def test_guessing_is_slowed_down_alike_for_everybody_and_nobody(house: House) -> None:
    for name in ("root", "nobody"):
        house.served.server.app.state.visitors.logins = Logins(clock=lambda: 7.0)
        statuses = [sign_in(house, name, "wrong").status_code for _ in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        last = sign_in(house, name, PASSWORD)
        assert (last.status_code, session(last)) == (429, "")
        assert int(last.headers["retry-after"]) >= 1
    house.served.server.app.state.visitors.logins = Logins()


FORGERIES = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {},
]


@pytest.mark.parametrize("headers", FORGERIES)
def test_another_site_does_nothing_with_the_cookie(house: House, ada: str, headers: dict[str, str]) -> None:
    thread, _ = house.thread(ada)
    forged = headers | dict(cookie(house.tokens[ada]))
    with house.served.client() as client:
        for path in (
            "/account/name",
            "/account/delete",
            f"/t/{thread}/delete",
            "/logout",
            "/bin/empty",
            "/account/keys",
        ):
            assert client.post(path, data={"name": "x", "scope": "read"}, headers=forged).status_code == 403
        kinds = {"content-type": "text/plain"}
        assert client.post("/api/ask", content=b'{"text":"x"}', headers=forged | kinds).status_code == 403
    with house.browser(ada) as client:
        assert client.get(f"/api/threads/{thread}").status_code == 200


def test_another_site_signs_nobody_in(house: House, ada: str) -> None:
    assert sign_in(house, ada, **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_key_needs_no_browsers_headers_and_a_bad_one_is_told_so_even_beside_a_cookie(house: House, ada: str) -> None:
    key = house.key(ada)
    with house.served.client() as client:
        assert client.post("/api/search", json={"query": "x"}, headers={"x-api-key": key}).status_code == 200
    with house.browser(ada) as client:
        response = client.get("/api/threads", headers={"x-api-key": "pin_wrong"})
        assert (response.status_code, response.json()["type"]) == (401, "bad-key")


# ── one's own account ──


def test_no_role_comes_in_with_a_name(house: House, ada: str) -> None:
    changed = {"old": PASSWORD, "new": PASSWORD + "!"}
    more = {"role": "owner", "plan": "gold", "id": "me", "email": "root@example.org", "suspended": "", "password": "x"}
    with house.browser(ada) as client:
        assert client.post("/account/name", data={"name": "Ada L", **more}).status_code == 303
        assert client.post("/account/password", data=changed | more).status_code == 303
    person = house.served.run(house.served.engine.library.people.person(house.people[ada].id))
    before = house.people[ada]
    assert (person.name, person.role, person.plan, person.email) == ("Ada L", Role.MEMBER, before.plan, before.email)


def test_no_role_comes_in_with_an_invitation(house: House) -> None:
    name = f"new{new_id()[:6]}"
    token = house.served.run(
        house.served.engine.library.people.invite(f"{name}@example.org", Role.GUEST, by=Role.OWNER)
    )
    with house.browser() as client:
        given = {"password": PASSWORD, "name": "New", "role": "owner", "email": "other@example.org", "plan": "gold"}
        response = client.post(f"/invite/{token}", data=given)
        assert response.status_code == 303
        assert client.get("/account", headers=cookie(session(response))).text.count(f"{name}@example.org")
        assert client.post(f"/invite/{token}", data=given).status_code == 404
    made = next(p for p in house.served.run(house.served.engine.library.people.all()) if p.name == "New")
    assert (made.role, made.email, made.plan) == (Role.GUEST, f"{name}@example.org", "free")


def test_a_new_password_ends_the_other_sessions_within_this_request(house: House, ada: str) -> None:
    other = session(sign_in(house, ada))
    with house.browser(ada) as client:
        assert client.get("/api/threads", headers=cookie(other)).status_code == 200
        response = client.post("/account/password", data={"old": PASSWORD, "new": "another password"})
        assert client.get("/api/threads", headers=cookie(other)).status_code == 401
        assert client.get("/api/threads").status_code == 401
        assert client.get("/api/threads", headers=cookie(session(response))).status_code == 200


def test_a_wrong_or_a_bad_password_changes_nothing_and_is_told(house: House, ada: str) -> None:
    with house.browser(ada) as client:
        for given in ({"old": "wrong", "new": "another password"}, {"old": PASSWORD, "new": "short"}):
            response = client.post("/account/password", data=given)
            assert response.status_code in {403, 422}
            assert 'role="alert"' in response.text
        assert client.get("/api/threads").status_code == 200


def test_a_key_is_shown_once_does_what_it_may_and_is_dead_when_it_is_revoked(house: House, ada: str) -> None:
    with house.browser(ada) as client:
        made = client.post("/account/keys", data={"name": "script", "scope": ["read"]}).text
        key = re.search(r"pin_[\w-]{43}", made)
        assert key
        page = client.get("/account").text
        assert key[0] not in page
        assert key[0][:8] in page
        headers = {"authorization": f"Bearer {key[0]}"}
        with house.served.client(headers=headers) as program:
            assert program.get("/api/threads").status_code == 200
            assert program.post("/api/ask", json={"text": "What?"}).status_code == 403
            assert program.get("/account").status_code == 403
            named = re.search(r'name="key" value="([^"]+)"', page)
            assert named
            assert client.post("/account/keys/revoke", data={"key": named[1]}).status_code == 303
            assert program.get("/api/threads").status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "What?"}]}, {}),
        ("/v1/responses", {"input": "What?"}, {}),
        ("/async/chat/completions", {"request": {"messages": [{"role": "user", "content": "What?"}]}}, {}),
        ("/tavily/search", {"query": "What?"}, {}),
        ("/api/search", {"query": "What?"}, {}),
        ("/api/ask", {"text": "What?"}, {"accept": "text/event-stream"}),
        ("/api/ask", {"text": "What?"}, {"prefer": "wait"}),
    ],
)
def test_a_key_that_may_not_read_asks_nothing_whose_answer_is_the_reply(
    house: House, ada: str, path: str, body: dict[str, object], headers: dict[str, str]
) -> None:
    key = house.key(ada, Scope.ASK)
    with house.served.client(headers={"authorization": f"Bearer {key}", **headers}) as program:
        refused = program.post(path, json=body)
        assert refused.status_code == 403
        assert "no scope 'read'" in refused.text
    with house.browser(ada) as client:
        assert client.get("/api/threads").json()["threads"] == []


def test_a_key_that_may_only_ask_hands_a_question_in(house: House, ada: str) -> None:
    with house.served.client(headers={"authorization": f"Bearer {house.key(ada, Scope.ASK)}"}) as program:
        taken = program.post("/api/ask", json={"text": "What?"})
        assert taken.status_code == 202
        assert program.get(taken.json()["answer"]).status_code == 403


def handed_in(house: House, name: str, file: str, folder: Path) -> str:
    """A file of ``name``, as one that was read before; its id."""
    (folder / "content").write_bytes(b"text")
    upload = Upload(name=file, bytes=4, owner=house.people[name].id, created=datetime.now(UTC), status="ready")
    house.served.engine.files.uploads.begin(upload, folder / "content")
    return upload.id


def test_everything_of_a_person_is_in_one_file_and_nothing_of_another(house: House, ada: str, tmp_path: Path) -> None:
    library = house.served.engine.library
    _, answer_id = house.thread(ada, "What do whales eat?")
    binned, _ = house.thread(ada, "What did I throw away?")
    house.served.run(library.bin_thread(binned))
    house.thread("root", "What is the secret?")
    handed_in(house, ada, "mine.txt", tmp_path)
    handed_in(house, "root", "secret.txt", tmp_path)
    hers, roots = [
        library.collections(Visitor(house.people[name].actor, house.people[name].role)) for name in (ada, "root")
    ]
    house.served.run(hers.make(Plan("Hers", instructions="Be brief.")))
    shared = house.served.run(roots.make(Plan("Shared", instructions="A secret.")))
    house.served.run(hers.join(house.served.run(roots.invite(shared, Part.EDITOR))))
    house.served.run(library.judge(answer_id, house.people[ada].id, "down", ["false"]))
    house.served.run(library.judge(answer_id, house.people["root"].id, "up"))
    house.served.run(library.consent(house.people[ada].id, given=True))
    with house.browser(ada) as client:
        lines = [json.loads(line) for line in client.get("/account/export").text.splitlines()]
    whole = {name: value for line in lines[:-1] for name, value in line.items()}
    assert whole["account"]["email"] == f"{ada}@example.org"
    assert [file["name"] for file in whole["files"]] == ["mine.txt"]
    assert [one["plan"]["instructions"] for one in whole["collections"]] == ["Be brief."]
    assert whole["member_of"] == [{"id": shared, "title": "Shared"}]
    assert [(one["answer_id"], one["thumb"], one["reasons"]) for one in whole["thumbs"]] == [
        (answer_id, "down", ["false"])
    ]
    assert whole["learning_since"]
    assert [one["title"] for one in whole["bin"]] == ["What did I throw away?"]
    assert lines[-1]["thread"]["title"] == "What do whales eat?"
    assert lines[-1]["answers"][0]["text"] == "About What do whales eat?"
    assert "secret" not in json.dumps(lines).casefold()
    assert "argon2" not in json.dumps(lines)


def test_an_account_goes_with_everything_only_for_who_knows_its_password(
    house: House, ada: str, tmp_path: Path
) -> None:
    thread, _ = house.thread(ada)
    mine, other = handed_in(house, ada, "mine.txt", tmp_path), handed_in(house, "root", "other.txt", tmp_path)
    binned, _ = house.thread(ada)
    house.served.run(house.served.engine.library.bin_thread(binned))
    with house.browser(ada) as client:
        for given in ({"password": "wrong", "sure": f"{ada}@example.org"}, {"password": PASSWORD, "sure": "yes"}):
            assert client.post("/account/delete", data=given).status_code == 403
        assert client.get(f"/api/threads/{thread}").status_code == 200
        assert client.get(f"/api/files/{mine}").status_code == 200
        gone = client.post("/account/delete", data={"password": PASSWORD, "sure": f"{ada.upper()}@example.org"})
        assert gone.status_code == 303
        assert client.get("/api/threads").status_code == 401
    library = house.served.engine.library
    assert [t for t in house.served.run(library.threads(limit=200)) if t.owner == house.people[ada].id] == []
    assert house.served.run(library.binned(house.people[ada].id)) == []
    kept = {upload.id for upload in house.served.engine.files.uploads.all()}
    assert (mine in kept, other in kept) == (False, True)
    assert sign_in(house, ada).status_code == 401


def test_the_last_owner_is_told_why_it_can_not_go(house: House) -> None:
    with house.browser("root") as client:
        response = client.post("/account/delete", data={"password": PASSWORD, "sure": "root@example.org"})
    assert response.status_code == 409
    assert "last owner" in response.text


# ── others' accounts ──


def test_an_admin_invites_suspends_and_lets_in_again_and_each_counts_at_once(house: House, ada: str) -> None:
    person = house.people[ada].id
    with house.browser("admin") as admin, house.browser(ada) as client:
        page = admin.post("/people/invite", data={"email": f"{new_id()}@example.org", "role": "member"})
        link = re.search(r"http://[^<]+/invite/[\w-]{43}", page.text)
        assert link
        assert client.get(link[0]).status_code == 200
        assert client.get("/api/threads").status_code == 200
        assert admin.post(f"/people/{person}/suspend").status_code == 303
        assert client.get("/api/threads").status_code == 401
        assert admin.post(f"/people/{person}/resume").status_code == 303
    assert sign_in(house, ada).status_code == 303


def test_an_admin_raises_nobody_above_the_members(house: House, ada: str) -> None:
    person = house.people[ada].id
    with house.browser("admin") as admin:
        for role in ("admin", "owner"):
            assert admin.post(f"/people/{person}/role", data={"role": role}).status_code == 403
            given = {"email": f"{new_id()}@example.org", "role": role}
            assert admin.post("/people/invite", data=given).status_code == 403
        assert admin.post(f"/people/{house.people['root'].id}/reset").status_code == 403
        assert admin.post(f"/people/{person}/role", data={"role": "emperor"}).status_code in {415, 422}
        assert admin.post(f"/people/{person}/plan", data={"plan": "free"}).status_code == 303
        refused = admin.post(f"/people/{person}/plan", data={"plan": "fre"})
        assert refused.status_code == 422
        assert "there is no plan" in refused.text
    with house.browser("root") as root:
        assert root.post(f"/people/{person}/role", data={"role": "admin"}).status_code == 303
    with house.browser(ada) as client:
        assert client.get("/people").status_code == 200


def test_a_link_to_a_new_password_works_once(house: House, ada: str) -> None:
    with house.browser("root") as root:
        page = root.post(f"/people/{house.people[ada].id}/reset").text
    link = re.search(r"/reset/[\w-]{43}", page)
    assert link
    with house.browser() as client:
        assert client.post(link[0], data={"password": "short"}).status_code == 422
        assert client.post(link[0], data={"password": "another password"}).status_code == 303
        assert client.post(link[0], data={"password": "yet another one"}).status_code == 404
    assert sign_in(house, ada).status_code == 401
    assert sign_in(house, ada, "another password").status_code == 303


# ── vendors' keys ──


def test_an_admin_gives_a_key_that_counts_at_once_and_that_nobody_sees_again(house: House) -> None:
    canary = "sk-canary-4711"
    with house.browser("admin") as admin:
        assert admin.post("/providers", data={"name": KEY, "key": canary}).status_code == 303
        pages = [admin.get(path).text for path in ("/providers", "/models", "/account/export", "/people")]
        assert not any(canary in page or canary[:6] in page for page in pages)
        assert house.served.engine.vault[KEY] == canary
        assert admin.post("/providers", data={"name": "PATH", "key": canary}).status_code == 404
        assert admin.post("/providers", data={"name": KEY, "key": "clé"}).status_code == 422
        assert admin.post("/providers/forget", data={"name": KEY}).status_code == 303
    assert KEY not in house.served.engine.vault


# ── two worlds ──

STEPS = 60
"""`make worlds` takes 5,000."""


def test_two_worlds_that_differ_in_anothers_private_text_look_the_same(house: House, ada: str) -> None:
    """Whatever somebody looks at, not a byte of it tells what another one asks, is asked, hands in and collects."""
    house.add(neighbour := f"eve{new_id()[:6]}", Role.MEMBER)
    found = worlds(house, ada, neighbour, STEPS, seed=7)
    assert (found.steps, found.bad) == (STEPS, {})


def test_two_worlds_look_different_to_whose_text_it_is(house: House, ada: str) -> None:
    """The comparison sees what is there to be seen."""
    found = worlds(house, ada, ada, STEPS, seed=7, methods="GET ")
    assert found.differing > 0
    assert {"GET /t/{thread_id}, theirs", "GET /threads", "GET /api/threads?search=whales"} & set(found.bad)


# ── starting ──


def test_people_sign_in_over_tls_or_on_this_machine_and_nowhere_else() -> None:
    def started(**server: str) -> str:
        return access_token(Settings(server=ServerSettings(public=True, **server)), {"PINCITE_TOKEN": "x" * 20})  # type: ignore[arg-type]

    assert started() == ""
    assert started(host="0.0.0.0", base_url="https://ask.example.org") == ""
    for wrong in ({"host": "0.0.0.0"}, {"base_url": "http://ask.example.org"}):
        with pytest.raises(Refused, match="https only"):
            started(**wrong)


def test_a_server_without_accounts_says_so(client: httpx.Client) -> None:
    for path in ("/account", "/people"):
        response = client.get(path)
        assert response.status_code == 404
        assert "pincite serve --public" in response.text


def test_a_person_that_asks_too_often_waits_and_nobody_else_does(tmp_path: Path) -> None:
    with housing(tmp_path, per_minute=5) as small:
        small.add("root", Role.OWNER)
        small.add("ada", Role.MEMBER)
        key = small.key("root", Scope.READ)
        with small.browser("root") as root, small.browser("ada") as ada, small.served.client() as program:
            statuses = [root.get("/api/focuses").status_code for _ in range(7)]
            assert statuses == [200] * 5 + [429] * 2
            response = root.get("/api/focuses")
            assert 1 <= int(response.headers["retry-after"]) <= 12
            assert 0 < response.json()["retry_after_s"] <= 12
            assert ada.get("/api/focuses").status_code == 200
            assert program.get("/api/focuses", headers={"x-api-key": key}).status_code == 200
            assert program.get("/healthz", headers=HERE).status_code == 200
