"""Signing in by an identity provider: the real protocol with a real provider on loopback, and what attackers try."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from tests.web.conftest import UNTRUSTING
from tests.web.people import HERE, House, cookie, housing

from pincite.crawl.address import METADATA
from pincite.errors import Unfetchable
from pincite.library.access import Role
from pincite.library.accounts import Person
from pincite.settings import FetchSettings, OidcSettings
from pincite.testing.identity_provider import IdentityProvider, running
from pincite.types import new_id
from pincite.web.gate.oidc import Pending, Provider
from pincite.web.gate.sso import COOKIE as PENDING
from pincite.web.serve import bind
from pincite.web.visitors import COOKIE

SECRET = "canary-of-the-client:s/e%cret"
ELSEWHERE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
"""What a browser says that another site sends here."""

Lie = Mapping[str, Any]


class Browser:
    """One browser: it keeps cookies, ours only, and follows no redirect by itself."""

    def __init__(self, house: House) -> None:
        self._client = house.served.client()
        self.cookies: dict[str, str] = {}

    def get(self, path: str, headers: Mapping[str, str] = HERE) -> httpx.Response:
        return self._kept("GET", path, headers)

    def post(self, path: str, data: Mapping[str, str] = {}) -> httpx.Response:
        return self._kept("POST", path, HERE, data=data)

    def _kept(self, method: str, path: str, headers: Mapping[str, str], **more: Any) -> httpx.Response:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self._client.request(method, path, headers={**headers, "cookie": sent}, **more)
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
        return response

    def begin(self, path: str = "/login/idp?next=/threads%3Fq%3D1") -> str:
        """Where at the provider the person is sent."""
        response = self.get(path)
        assert response.status_code == 303, response.text
        return response.headers["location"]

    def agree(self, there: str) -> str:
        """The person signs in at the provider, which leads back to this address."""
        response = httpx.get(there, verify=UNTRUSTING)
        assert response.status_code == 303, response.text
        return str(response.headers["location"])

    def come_back(self, address: str) -> httpx.Response:
        parts = urlsplit(address)
        return self.get(f"{parts.path}?{parts.query}", ELSEWHERE)

    def sign_in(self) -> httpx.Response:
        return self.come_back(self.agree(self.begin()))

    @property
    def signed_in(self) -> bool:
        return self.get("/account").status_code == 200

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, IdentityProvider]]:
    with bind("127.0.0.1", 0) as free:
        there = IdentityProvider(client_secret=SECRET, port=free.getsockname()[1])
    settings = OidcSettings(
        issuer=there.issuer, client_id="pincite", secret_env="IDP_SECRET", label="The Club", domains=("example.org",)
    )
    oidc = {"idp": settings, "other": settings.model_copy(update={"label": "Other", "issuer": "http://127.0.0.1:9"})}
    env = {"IDP_SECRET": SECRET}
    with housing(tmp_path_factory.mktemp("oidc"), oidc=oidc, env=env, beside=lambda: running(there)) as made:
        made.add("root", Role.OWNER)
        yield made, there


@pytest.fixture
def idp(house: tuple[House, IdentityProvider]) -> Iterator[IdentityProvider]:
    """The provider, honest, with somebody new at it."""
    made, there = house
    name = f"ada{new_id()[:8]}"
    honest = IdentityProvider(rsa_key=there.rsa_key, ec_key=there.ec_key, client_secret=SECRET, port=there.port)
    honest.person |= {"sub": name, "email": f"{name}@example.org"}
    vars(there).update(vars(honest))
    made.served.server.app.state.providers.clear()
    yield there
    vars(there).update(vars(honest))


@pytest.fixture
def browser(house: tuple[House, IdentityProvider]) -> Iterator[Browser]:
    made = Browser(house[0])
    yield made
    made.close()


@pytest.fixture
def home(house: tuple[House, IdentityProvider]) -> House:
    return house[0]


def everybody(house: House) -> dict[str, Person]:
    """By address."""
    return {one.email: one for one in house.served.run(house.served.engine.library.people.all())}


def with_query(address: str, **changed: str | None) -> str:
    query = {**dict(parse_qsl(urlsplit(address).query)), **changed}
    kept = {name: value for name, value in query.items() if value is not None}
    return urlsplit(address)._replace(query=urlencode(kept)).geturl()


def refused(browser: Browser, response: httpx.Response, status: int, words: str) -> None:
    """Told on the sign-in page, in words, and nobody is signed in."""
    assert (response.status_code, browser.signed_in) == (status, False)
    assert "<h1>Sign in</h1>" in response.text
    assert words in response.text.replace("&#39;", "'")


# ── in ──


@pytest.mark.parametrize(("alg", "kid"), [("RS256", "rs"), ("ES256", "es"), ("RS256", None)])
def test_somebody_new_gets_an_account_a_session_and_where_it_wanted(
    home: House, idp: IdentityProvider, browser: Browser, alg: str, kid: str | None
) -> None:
    idp.alg, idp.kid = alg, kid
    response = browser.sign_in()
    assert (response.status_code, response.headers["location"]) == (303, "/threads?q=1")
    assert browser.signed_in
    words = [line.lower() for line in response.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}=")]
    assert all(word in words[0] for word in ("secure", "httponly", "samesite=lax", "path=/"))
    assert PENDING not in browser.cookies
    person = everybody(home)[idp.person["email"]]
    assert (person.name, person.role, person.plan) == ("Ada Lovelace", Role.MEMBER, "free")
    assert (person.has_password, person.subject) == (False, f"{idp.issuer} {idp.person['sub']}")


def test_what_is_sent_to_the_provider_is_what_the_protocol_asks_for(idp: IdentityProvider, browser: Browser) -> None:
    there = browser.begin()
    query = {name: value[0] for name, value in parse_qs(urlsplit(there).query).items()}
    assert there.startswith(f"{idp.issuer}/authorize?")
    assert {name: query[name] for name in ("response_type", "client_id", "scope", "code_challenge_method")} == {
        "response_type": "code",
        "client_id": "pincite",
        "scope": "openid email profile",
        "code_challenge_method": "S256",
    }
    assert query["redirect_uri"].endswith("/login/idp/callback")
    secrets = [query[name] for name in ("state", "nonce", "code_challenge")]
    assert len(set(secrets)) == 3
    assert all(len(secret) == 43 for secret in secrets)
    pending = Pending.of(browser.cookies[PENDING])
    assert pending
    assert pending.seed not in there
    assert pending.verifier not in there
    again = {name: value[0] for name, value in parse_qs(urlsplit(browser.begin()).query).items()}
    assert set(secrets).isdisjoint(again.values())


def test_a_person_is_known_by_the_subject_whatever_its_address_is_now(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    browser.sign_in()
    before = everybody(home)[idp.person["email"]]
    idp.person |= {"email": "renamed@elsewhere.example", "email_verified": False, "name": "Countess"}
    again = Browser(home)
    assert again.sign_in().status_code == 303
    assert again.signed_in
    assert everybody(home)[before.email] == before
    assert "renamed@elsewhere.example" not in everybody(home)
    again.close()


def test_an_address_that_somebody_else_has_there_now_opens_nothing(idp: IdentityProvider, browser: Browser) -> None:
    browser.sign_in()
    browser.cookies.clear()
    idp.person["sub"] = "somebody-else"
    refused(browser, browser.sign_in(), 403, "connected with another one")


def test_a_session_that_was_put_into_the_browser_is_never_the_one_that_is_signed_in(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    for old in ("attackers-own-choice", home.served.run(home.served.engine.library.people.sign_in("me", "x"))):
        browser.cookies[COOKIE] = old
        browser.sign_in()
        assert browser.cookies[COOKIE] != old
        with home.browser() as client:
            assert client.get("/account", headers=cookie(old)).status_code == 401


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"], None])
def test_the_secret_goes_as_the_provider_takes_it_and_is_on_no_page(
    idp: IdentityProvider, browser: Browser, methods: list[str] | None
) -> None:
    idp.metadata["token_endpoint_auth_methods_supported"] = methods
    assert browser.sign_in().status_code == 303
    form = next(said for path, said in idp.seen if path == "/token")
    assert form.get("client_secret") == (SECRET if methods == ["client_secret_post"] else None)
    pages = [browser.get(path).text for path in ("/login", "/account", "/settings", "/account/export")]
    assert not any("canary" in page for page in pages)


def test_what_the_id_token_leaves_out_is_asked_for_and_of_the_same_person_only(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    idp.in_token = False
    idp.broken["/userinfo"] = JSONResponse({**idp.person, "sub": "another"})
    refused(browser, browser.sign_in(), 403, "does not say that you have an e-mail address")
    idp.broken.clear()
    assert browser.sign_in().status_code == 303
    assert idp.person["email"] in everybody(home)


# ── the protocol's attacks ──

NOW = int(time.time())
LIES: dict[str, tuple[Lie, str]] = {
    "nonce of another sign-in": ({"claims": {"nonce": "x" * 43}}, "nonce is of another"),
    "no nonce": ({"claims": {"nonce": None}}, "missing the &#34;nonce&#34; claim"),
    "another issuer": ({"claims": {"iss": "https://evil.example"}}, "Invalid issuer"),
    "an issuer that begins alike": ({"claims": {"iss": "http://127.0.0.1"}}, "Invalid issuer"),
    "for another client": ({"claims": {"aud": "another"}}, "Audience"),
    "for nobody": ({"claims": {"aud": []}}, "aud"),
    "for several, authorised for none": ({"claims": {"aud": ["pincite", "another"]}}, "for another client"),
    "authorised for another": ({"claims": {"azp": "another"}}, "for another client"),
    "at its end": ({"claims": {"exp": NOW - 3600, "iat": NOW - 7200}}, "expired"),
    "without an end": ({"claims": {"exp": None}}, "exp"),
    "of tomorrow": ({"claims": {"iat": NOW + 86_400, "exp": NOW + 90_000}}, "not yet valid"),
    "not signed": ({"alg": "none"}, "proves nothing"),
    "signed with the public key as a secret": ({"alg": "HS256"}, "proves nothing"),
    "signed with a symmetric key of the list": ({"alg": "HS256", "kid": "oct"}, "proves nothing"),
    "signed with a key that is not theirs": ({"stranger": True}, "Signature verification failed"),
    "signed as another key than it says": ({"alg": "ES256", "kid": "rs"}, "of its keys"),
    "signed with an unknown key": ({"kid": "unknown"}, "of its keys"),
    "about nobody": ({"claims": {"sub": None}}, "sub"),
    "about an empty name": ({"claims": {"sub": ""}}, "subject is no name"),
    "about a number": ({"claims": {"sub": 7}}, "ubject"),
    "about a name with a line in it": ({"claims": {"sub": "a\nb"}}, "subject is no name"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_that_is_not_right_in_everything_is_not_believed(
    home: House, idp: IdentityProvider, browser: Browser, lie: str
) -> None:
    wrong, words = LIES[lie]
    vars(idp).update(wrong)
    before = everybody(home)
    refused(browser, browser.sign_in(), 403, words)
    assert everybody(home) == before


def test_an_answer_counts_only_in_the_browser_that_asked(home: House, idp: IdentityProvider, browser: Browser) -> None:
    attacker = Browser(home)
    theirs = attacker.agree(attacker.begin())
    refused(browser, browser.come_back(theirs), 422, "did not begin to sign in")
    mine = browser.agree(browser.begin())
    refused(browser, browser.come_back(theirs), 422, "not to what this browser asked")
    assert PENDING not in browser.cookies
    refused(browser, browser.come_back(mine), 422, "did not begin to sign in")
    attacker.close()


@pytest.mark.parametrize("state", [None, "", "null", "x" * 43, "ä"])
def test_a_wrong_state_is_refused_before_the_code_is_used(
    idp: IdentityProvider, browser: Browser, state: str | None
) -> None:
    address = with_query(browser.agree(browser.begin()), state=state)
    refused(browser, browser.come_back(address), 422, "not to what this browser asked")
    assert len(idp.codes) == 1


def test_an_attackers_code_in_the_answer_to_the_victims_question_is_worth_nothing(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    attacker = Browser(home)
    theirs = dict(parse_qsl(urlsplit(attacker.agree(attacker.begin())).query))
    mine = browser.agree(browser.begin())
    refused(browser, browser.come_back(with_query(mine, code=theirs["code"])), 403, "takes the code for nothing")
    attacker.close()


def test_a_code_is_good_once_even_for_who_kept_the_cookie(idp: IdentityProvider, browser: Browser) -> None:
    address = browser.agree(browser.begin())
    kept = browser.cookies[PENDING]
    assert browser.come_back(address).status_code == 303
    browser.cookies = {PENDING: kept}
    refused(browser, browser.come_back(address), 403, "invalid_grant")


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None])
def test_an_answer_of_another_issuer_brings_no_code_here(
    idp: IdentityProvider, browser: Browser, issuer: str | None
) -> None:
    idp.answer["iss"] = issuer
    refused(browser, browser.sign_in(), 403, "The answer is not from The Club")
    assert len(idp.codes) == 1


def test_an_answer_to_one_providers_question_is_none_to_anothers(idp: IdentityProvider, browser: Browser) -> None:
    address = browser.agree(browser.begin()).replace("/login/idp/", "/login/other/")
    refused(browser, browser.come_back(address), 422, "did not begin to sign in")
    assert len(idp.codes) == 1


def test_what_the_provider_denies_is_told_and_draws_nothing_into_the_page(
    idp: IdentityProvider, browser: Browser
) -> None:
    idp.answer |= {"code": None, "error": "access_denied<script>"}
    response = browser.sign_in()
    refused(browser, response, 403, "The Club says: access_denied")
    assert "<script>" not in response.text.partition("</head>")[2]


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_sign_in_leads_nowhere_else(idp: IdentityProvider, browser: Browser, target: str) -> None:
    address = browser.agree(browser.begin(f"/login/idp?{urlencode({'next': target})}"))
    assert browser.come_back(address).headers["location"] == "/"


@pytest.mark.parametrize("made", ["", "x", "bnVsbA", "W10", "e30", "[" * 20_000, "a" * 7, "ä"])
def test_a_cookie_that_was_not_made_here_is_none(made: str) -> None:
    assert Pending.of(made) is None


def test_a_cookie_with_a_short_secret_or_with_more_in_it_is_none() -> None:
    good = Pending("idp", "x" * 43, "/")
    assert Pending.of(good.cookie) == good
    for wrong in ({"seed": "x"}, {"more": "x"}, {"person": None}):
        assert Pending.of(_encoded({**vars(good), **wrong})) is None


def _encoded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# ── a provider that is down, or talks nonsense ──

BROKEN: dict[str, tuple[Lie, str]] = {
    "no description": ({"broken": {"/.well-known/openid-configuration": HTMLResponse("x", 503)}}, "answered with 503"),
    "a page as description": ({"broken": {"/.well-known/openid-configuration": HTMLResponse("<p>")}}, "not JSON"),
    "a list as description": ({"broken": {"/.well-known/openid-configuration": JSONResponse([])}}, "no object"),
    "moved": ({"broken": {"/.well-known/openid-configuration": RedirectResponse("/x")}}, "answered with 307"),
    "of somebody else": ({"metadata": {"issuer": "https://evil.example"}}, "does not describe"),
    "nowhere to go": ({"metadata": {"authorization_endpoint": None}}, "authorization_endpoint is no https address"),
    "a script to go to": ({"metadata": {"authorization_endpoint": "javascript:alert(1)"}}, "is no https address"),
    "codes in the open": ({"metadata": {"token_endpoint": "http://example.org/token"}}, "is no https address"),
    "a page for a code": ({"broken": {"/token": HTMLResponse("<h1>502</h1>", 502)}}, "not JSON"),
    "no keys": ({"broken": {"/jwks": HTMLResponse("", 500)}}, "not JSON"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_provider_that_makes_no_sense_ends_in_a_clear_page(
    idp: IdentityProvider, browser: Browser, fault: str
) -> None:
    wrong, words = BROKEN[fault]
    vars(idp).update(wrong)
    response = browser.get("/login/idp")
    if response.status_code == 303:
        response = browser.come_back(browser.agree(response.headers["location"]))
    refused(browser, response, 502, words)


PRIVATE = {"club.example": "10.0.0.1", "metadata.example": "169.254.169.254", "here.example": "127.0.0.1"}


@pytest.mark.parametrize("host", PRIVATE)
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_what_an_issuer_names_beside_itself_is_on_the_public_web_or_not_asked(
    home: House, idp: IdentityProvider, browser: Browser, name: str, host: str
) -> None:
    async def resolve(host: str, _port: int) -> list[str]:
        return [PRIVATE.get(host, host)]

    idp.metadata[name] = f"https://{host}/there"
    settings = home.served.engine.settings
    named = Provider("idp", settings.people.oidc["idp"], {"IDP_SECRET": SECRET}, settings.fetch, resolve=resolve)
    home.served.server.app.state.providers["idp"] = named
    refused(browser, browser.sign_in(), 502, f"{host}:443 is not fetched")


@pytest.mark.parametrize("ip", sorted(map(str, METADATA)))
async def test_an_issuer_whose_name_means_a_cloud_s_keys_is_not_asked(ip: str) -> None:
    async def resolve(host: str, _port: int) -> list[str]:
        return [ip]

    settings = OidcSettings(issuer="https://idp.example", client_id="pincite")
    provider = Provider("idp", settings, {}, FetchSettings(), resolve=resolve)
    with pytest.raises(Unfetchable, match="a cloud keeps its machines' keys") as caught:
        await provider.address(Pending("idp", "s" * 43, "/"), "https://ask.example/back")
    assert caught.value.reason == "blocked_address"


@pytest.mark.parametrize("keys", [{}, {"keys": 7}, {"keys": [7, {"kty": "RSA"}, {"kty": "RSA", "n": "!", "e": "!"}]}])
def test_keys_that_are_none_prove_nothing(idp: IdentityProvider, browser: Browser, keys: object) -> None:
    idp.broken["/jwks"] = JSONResponse(keys)
    refused(browser, browser.sign_in(), 403, "none of its keys may have signed it")


def test_a_reply_without_an_id_token_is_told(idp: IdentityProvider, browser: Browser) -> None:
    idp.broken["/token"] = JSONResponse({"access_token": "x"})
    refused(browser, browser.sign_in(), 403, "there is no ID token")


def test_a_provider_that_is_not_there_is_told_and_the_password_still_works(home: House, browser: Browser) -> None:
    refused(browser, browser.get("/login/other"), 502, "Other gives no answer")
    given = {"email": "root@example.org", "password": "correct horse battery"}
    assert browser.post("/login", given).status_code == 303


def test_a_wrong_secret_is_told_to_who_can_mend_it(idp: IdentityProvider, browser: Browser) -> None:
    idp.client_secret = "another"
    refused(browser, browser.sign_in(), 403, "check client_id and the secret")


def test_there_is_no_way_in_that_is_not_set_up(browser: Browser, client: httpx.Client) -> None:
    assert browser.get("/login/nobody").status_code == 404
    assert browser.get("/login/nobody/callback?code=x&state=x").status_code == 404
    assert client.get("/login/idp").status_code == 404  # a server without accounts


# ── whose account it is ──


def test_an_address_that_is_not_verified_gets_nothing(idp: IdentityProvider, browser: Browser) -> None:
    for said in (False, None, "true", 1):
        idp.person["email_verified"] = said
        refused(browser, browser.sign_in(), 403, "does not say that you have an e-mail address")


def test_an_owners_account_is_connected_by_hand_from_its_own_page_only(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    idp.person["email"] = "root@example.org"
    refused(browser, browser.sign_in(), 403, "not connected with The Club")
    browser.post("/login", {"email": "root@example.org", "password": "correct horse battery"})
    for site in ("cross-site", "same-site", "none"):
        headers = ELSEWHERE | {"sec-fetch-site": site}
        assert browser.get("/account/connect/idp", headers).status_code == 403
    page = browser.get("/account").text
    assert "/account/connect/idp" in page
    response = browser.come_back(browser.agree(browser.begin("/account/connect/idp")))
    assert (response.status_code, response.headers["location"]) == (303, "/account")
    assert "Connected with The Club" in browser.get("/account").text
    browser.cookies.clear()
    assert browser.sign_in().status_code == 303
    assert "root@example.org" in browser.get("/account").text
    assert browser.post("/account/disconnect").status_code == 303
    assert everybody(home)["root@example.org"].subject is None


def test_what_is_connected_is_the_account_of_who_asked_and_not_of_who_is_here_by_now(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    name = f"bob{new_id()[:6]}"
    home.add(name, Role.MEMBER)
    browser.cookies[COOKIE] = home.tokens[name]
    address = browser.agree(browser.begin("/account/connect/idp"))
    browser.cookies[COOKIE] = home.tokens["root"]
    assert browser.come_back(address).status_code == 403
    browser.cookies.pop(COOKIE)
    browser.cookies[PENDING] = Pending("idp", "x" * 43, "/", home.people[name].id).cookie
    assert browser.come_back(address).status_code in {403, 422}
    assert {one.subject for one in everybody(home).values() if one.name in {name, "root"}} == {None}


def test_who_has_no_password_can_delete_the_account_after_a_fresh_sign_in_and_not_lock_itself_out(
    home: House, idp: IdentityProvider, browser: Browser
) -> None:
    browser.sign_in()
    email = idp.person["email"]
    assert browser.post("/account/disconnect").status_code == 409
    assert 'name="old"' not in browser.get("/account").text

    async def a_quarter_of_an_hour_passes() -> None:
        moved = "UPDATE sessions SET created = created - 900"
        await home.served.engine.library._write(lambda desk: desk.connection.exec_driver_sql(moved))

    home.served.run(a_quarter_of_an_hour_passes())
    assert browser.post("/account/delete", {"sure": email}).status_code == 403
    browser.sign_in()
    assert browser.post("/account/delete", {"sure": "no"}).status_code == 403
    assert email in everybody(home)
    assert browser.post("/account/delete", {"sure": email}).status_code == 303
    assert email not in everybody(home)


def test_who_was_suspended_is_told_so(home: House, idp: IdentityProvider, browser: Browser) -> None:
    browser.sign_in()
    person = everybody(home)[idp.person["email"]]
    home.served.run(home.served.engine.library.people.suspend(person.id, by=Role.OWNER))
    refused(browser, browser.sign_in(), 403, "is suspended")
