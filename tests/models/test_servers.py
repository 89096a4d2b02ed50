"""Are the presets sound, and are one's own servers told apart from vendors'?"""

from __future__ import annotations

import httpx
import pytest

from pincite.models.servers import Server, presets, servers
from pincite.settings import EndpointSettings, ModelSettings


@pytest.mark.parametrize("server", presets().values(), ids=presets().keys())
def test_a_preset_is_whole(server: Server) -> None:
    url = httpx.URL(server.base_url)
    assert url.host
    assert not server.base_url.endswith("/")
    assert server.label
    assert server.context_tokens >= 2048
    if server.runs_on == "vendor":
        assert url.scheme == "https"
        assert server.key_env.endswith("_API_KEY")
        assert server.models, "an example to show while there is no key"
        assert all(price in ("low", "middle", "high") for price in server.models.values())
    else:
        assert (url.host, server.key_env) == ("127.0.0.1", "")


def test_a_server_of_the_settings_replaces_the_preset_of_its_name() -> None:
    own = EndpointSettings(base_url="http://192.0.2.7:11434/v1")
    found = servers(ModelSettings(endpoints={"ollama": own}))["ollama"]
    assert (found.base_url, found.runs_on) == (own.base_url, "vendor")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://user:secret@127.0.0.1/v1", "password"),
        ("ftp://127.0.0.1/v1", "no http address"),
        ("127.0.0.1:8000/v1", "no http address"),
        ("http://[::1", "no address"),
    ],
)
def test_an_address_that_can_not_be_used_is_locked(url: str, why: str) -> None:
    found = servers(ModelSettings(endpoints={"own": EndpointSettings(base_url=url)}))["own"]
    assert why in found.locked({})
    assert "secret" not in found.locked({})
