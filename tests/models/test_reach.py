"""A model's server is wherever its operator says, but never where a cloud hands its machines' keys out."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.crawl.test_ssrf import connects as connects
from tests.crawl.test_ssrf import everything_private, hostile, is_of_a_cloud

from pincite.crawl.address import METADATA
from pincite.models.reach import client
from pincite.testing.model_server import ModelServer, running


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_server_is_reached_by_its_name_and_its_body_is_read(connects: list[tuple[str, int]]) -> None:
    async with running(ModelServer()) as server, client(verify=False, resolve=loopback) as http:
        port = httpx.URL(server.base_url).port
        reply = await http.get(f"http://models.corp:{port}/v1/models")
        assert reply.status_code == 200
        assert reply.json()["data"]
        assert ("127.0.0.1", port) in connects


@pytest.mark.parametrize("ip", sorted(map(str, METADATA)))
async def test_a_name_that_means_a_cloud_s_keys_is_not_connected_to(ip: str, connects: list[tuple[str, int]]) -> None:
    async def cloud(host: str, port: int) -> list[str]:
        return ["127.0.0.1", ip]

    async with client(verify=False, resolve=cloud) as http:
        for host in ("models.corp", f"[{ip}]" if ":" in ip else ip):
            with pytest.raises(httpx.ConnectError, match="a cloud keeps"):
                await http.get(f"http://{host}/v1/models")
    assert connects == []


async def test_however_such_an_address_is_spelt(shared_data: Path, connects: list[tuple[str, int]]) -> None:
    asked = 0
    async with client(verify=True, resolve=everything_private) as http:
        for url in hostile(shared_data):
            if await is_of_a_cloud(url):
                with pytest.raises((httpx.ConnectError, httpx.InvalidURL)):
                    await http.get(url)
                asked += 1
    assert asked >= 15
    assert connects == []


async def test_a_name_that_nobody_knows_is_no_connection() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError

    async with client(verify=False, resolve=unknown) as http:
        with pytest.raises(httpx.ConnectError, match=r"nobody knows the host models\.corp"):
            await http.get("http://models.corp/v1/models")


async def test_a_redirect_is_not_followed_and_a_proxy_of_the_environment_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with running(ModelServer()) as server, client(verify=False) as http:
        assert not http.follow_redirects
        assert (await http.get(f"{server.base_url}/models")).status_code == 200
