"""Which addresses webhooks may be sent to: origins on the administrator's list that do not resolve to internal
addresses.

This prevents server-side request forgery. An address must be in canonical form, its origin must be on the list
literally. Its name is resolved here once, and the connection goes to the IP address that was checked, which prevents DNS
rebinding.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NamedTuple

LONGEST = 500
_ADDRESS = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?(/[!-~]*)?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PORTS = {"https": 443, "http": 80}
_NAT64, _UNICAST = IPv6Network("64:ff9b::/96"), IPv6Network("2000::/3")

IpAddress = IPv4Address | IPv6Address


class AddressRefused(ValueError):
    """An invalid or forbidden address. The Chinese text gives the reason without repeating the address."""


class Address(NamedTuple):
    """A URL. host: an IPv6 address without brackets. target: path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parse a URL. Raises AddressRefused unless it is canonical: no user, no fragment, no other spelling of the
        host."""
        match = _ADDRESS.fullmatch(text)
        if not match or len(text) > LONGEST or "#" in text or "\\" in text:
            raise AddressRefused("应为https://主机[:端口]/路径，小写的ASCII主机名，不带用户名和#")
        scheme, host, port, target = match[1], match[2], match[3], match[4] or "/"
        number = int(port) if port else _PORTS[scheme]
        if number > 65535:
            raise AddressRefused("端口不对")
        return cls(scheme, _host(host), number, target)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self._netloc}"

    @property
    def netloc(self) -> str:
        """The value of the Host header."""
        return self._netloc.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def _netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def at(self, ip: IpAddress) -> str:
        """The URL with the resolved IP address in place of the name."""
        host = f"[{ip}]" if ip.version == 6 else str(ip)
        return f"{self.scheme}://{host}:{self.port}{self.target}"


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except ValueError:
            raise AddressRefused("主机不是IPv6地址") from None
    labels = text.split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        # The resolver also accepts 127.1, 0x7f.1 and 2130706433 as addresses; accept only the canonical form.
        try:
            return str(IPv4Address(text))
        except ValueError:
            raise AddressRefused("IPv4地址应写作四个十进制数") from None
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("主机名不合规")
    return text


class AllowedAddresses(NamedTuple):
    """The administrator's list. origins: scheme, host and port. networks: internal networks that are allowed."""

    origins: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, origins: str, networks: str) -> AllowedAddresses:
        """Parse the two comma-separated lists. Raises AddressRefused."""
        found = set()
        for each in filter(None, map(str.strip, origins.split(","))):
            address = Address.parse(each)
            if address.target != "/":
                raise AddressRefused("只写https://主机[:端口]，不写路径")
            found.add(address.origin)
        try:
            inside = tuple(
                ipaddress.ip_network(each) for each in filter(None, map(str.strip, networks.split(",")))
            )
        except ValueError:
            raise AddressRefused("网段应写作10.1.0.0/16") from None
        return cls(frozenset(found), inside)

    def check(self, text: str) -> Address:
        """Parse a URL. Raises AddressRefused unless its origin is on the list."""
        address = Address.parse(text)
        if address.origin not in self.origins:
            raise AddressRefused("不在管理员允许的地址（TAIZHANG_WEBHOOKS）之中")
        return address

    def may_reach(self, ip: IpAddress) -> bool:
        """Whether the IP address is public, also if embedded in an IPv6 address, or in an allowed network."""
        if any(ip in network for network in self.networks if network.version == ip.version):
            return True
        if isinstance(ip, IPv6Address):
            if inner := list(_inside(ip)):
                return all(map(self.may_reach, inner))
            if ip not in _UNICAST:
                return False
        return ip.is_global and not (
            ip.is_multicast or ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_reserved
            or ip.is_unspecified
        )  # fmt: skip

    async def resolve(self, address: Address) -> IpAddress:
        """Resolve the host. Raises AddressRefused if any of its IP addresses is not allowed, OSError."""
        found = await _resolved(address)
        if not found or not all(map(self.may_reach, found)):
            raise AddressRefused("主机名指向不允许的网络地址（TAIZHANG_WEBHOOK_NETWORKS）")
        return found[0]


NOWHERE = AllowedAddresses()


def _inside(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses embedded in an IPv6 address: mapped, compatible, NAT64, 6to4, Teredo."""
    if ip.ipv4_mapped is not None:
        yield ip.ipv4_mapped
    elif ip in _NAT64 or (int(ip) >> 32 == 0 and int(ip) > 1):
        yield IPv4Address(int(ip) & 0xFFFFFFFF)
    elif ip.sixtofour is not None:
        yield ip.sixtofour
    elif ip.teredo is not None:
        yield from ip.teredo


async def _resolved(address: Address) -> list[IpAddress]:
    try:
        return [ipaddress.ip_address(address.host)]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
