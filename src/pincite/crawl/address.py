"""May a connection be made to this machine? Public addresses only, unless the operator listed it.

Decided on the IP address that is connected to, never on a name: a name can mean something else a moment later.
``ipaddress.is_global`` alone lets through multicast, translators and a cloud's metadata; the lists below are from the
IANA special-purpose registries (RFC 6890 and its updates).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from pincite.errors import BadSettings

IP = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"),
    )
)
"""Where clouds hand their machines' keys out. Never reached, whatever is listed."""
_NOT_PUBLIC_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")))
_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: on a network without IPv4 every IPv4 address is reached through it."""


def plain(ip: IP) -> IP:
    """The IPv4 address inside an IPv6 one that stands for it (mapped, NAT64); any other as it is."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in _TRANSLATED:
            return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_public(ip: IP) -> bool:
    """Whether anyone on the internet could connect to it."""
    ip = plain(ip)
    if ip in METADATA:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _NOT_PUBLIC_4)
    return ip.is_global and ip in _UNICAST_6 and not any(ip in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True)
class Allowed:
    """What may be connected to: public addresses on the usual ports, and whatever an operator listed."""

    ports: frozenset[int]
    networks: tuple[Network, ...]
    names: frozenset[str]
    """``host`` or ``host:port``, lower case."""

    @classmethod
    def of(cls, ports: Iterable[int], listed: Iterable[str]) -> Allowed:
        """``listed`` holds networks (``10.0.0.0/8``), addresses, and names with or without a port."""
        networks: list[Network] = []
        names: set[str] = set()
        for entry in listed:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                if "/" in entry or not entry.strip():
                    raise BadSettings(
                        f"fetch.allow_private: {entry!r} is neither a network nor a host",
                        hint="such as 10.0.0.0/8, wiki.corp or wiki.corp:8080",
                    ) from None
                names.add(entry.lower())
        return cls(frozenset(ports), tuple(networks), frozenset(names))

    @classmethod
    def anywhere(cls) -> Allowed:
        """For addresses that the operator set: any machine and port, but for where clouds hand their keys out."""
        return cls.of((), ("0.0.0.0/0", "::/0"))

    def refusal(self, host: str, port: int, ips: Iterable[IP]) -> str:
        """Why a connection may not be made, in a few words; empty if it may.

        Every address that a name has must pass: which of them is connected to is left to chance.
        """
        named = host in self.names or f"{host}:{port}" in self.names
        for ip in map(plain, ips):
            if ip in METADATA:
                return "it is where a cloud keeps its machines' keys"
            listed = named or any(ip.version == network.version and ip in network for network in self.networks)
            if listed:
                continue
            if not is_public(ip):
                return "it is inside a private network or on this machine"
            if port not in self.ports:
                return f"port {port} is not a web server's"
        return ""
