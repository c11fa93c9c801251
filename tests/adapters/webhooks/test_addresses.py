"""Addresses that are refused as written or as resolved: each could make the server call its internal network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest

from adapters.webhooks.addresses import NOWHERE, Address, AddressRefused, AllowedAddresses

PORTAL = "https://portal.example.gov.cn/hook"

NO_ADDRESS = [
    "http:/portal.example.gov.cn",
    "//portal.example.gov.cn",
    "portal.example.gov.cn",
    "ftp://portal.example.gov.cn",
    "file:///etc/passwd",
    "gopher://portal.example.gov.cn",
    "HTTPS://portal.example.gov.cn",
    "https://Portal.example.gov.cn",
    "https://user@portal.example.gov.cn",
    "https://user:word@portal.example.gov.cn",
    "https://portal.example.gov.cn@10.0.0.1",
    "https://portal.example.gov.cn#@10.0.0.1",
    "https://portal.example.gov.cn/a#b",
    "https://portal.example.gov.cn\\@10.0.0.1",
    "https://10.0.0.1\\.portal.example.gov.cn",
    "https://portal.example.gov.cn:0",
    "https://portal.example.gov.cn:65536",
    "https://portal.example.gov.cn:08443",
    "https://portal.example.gov.cn:",
    "https://portal.example.gov.cn:https",
    "https://.portal.example.gov.cn",
    "https://portal..gov.cn",
    "https://portal.example.gov.cn.",
    "https://-portal.gov.cn",
    "https://por_tal.gov.cn",
    "https://por%74al.gov.cn",
    "https://pоrtal.gov.cn",
    "https://ｐortal.gov.cn",
    "https://门户.中国",
    "https://①②⑦.⓪.⓪.①",
    "https://portal。example.gov.cn",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.0.0.1",
    "https://0177.0.0.1",
    "https://127.1",
    "https://127.0.1",
    "https://127.0.0.01",
    "https://127.0.0.1.",
    "https://127.0.0.256",
    "https://1.2.3.4.5",
    "https://portal.127",
    "https://[::1",
    "https://[::1]x",
    "https://[fe80::1%25eth0]",
    "https://[::ffff:127.0.0.1.1]",
    "https://[127.0.0.1]",
    "https://?x",
    "https://",
    "https:///hook",
    "https://portal.example.gov.cn?x=1",
]


@pytest.mark.parametrize("text", [*NO_ADDRESS, "", " https://a.cn", "https://a.cn ", "https://a.cn/\n", "https://a.cn/a b",
    "https://a.cn/\x00", "https://a.cn/é", "https://" + "a" * 64 + ".cn", "https://" + "a." * 127 + "cn", "https://a.cn/" + "a" * 500])  # fmt: skip
def test_an_address_that_is_not_canonical_is_refused(text: str) -> None:
    """User, fragment, backslash, other spellings of numbers and letters, invalid ports: only the canonical form is accepted."""
    with pytest.raises(AddressRefused):
        Address.parse(text)


def test_the_origin_must_be_on_the_list_literally() -> None:
    allowed = AllowedAddresses.parse("https://portal.example.gov.cn, http://10.1.2.3:8080", "")
    assert allowed.check(PORTAL).netloc == "portal.example.gov.cn"
    assert allowed.check("https://portal.example.gov.cn:443/x").netloc == "portal.example.gov.cn"
    assert allowed.check("http://10.1.2.3:8080/x?y=1").netloc == "10.1.2.3:8080"
    for other in (
        "http://portal.example.gov.cn/hook", "https://portal.example.gov.cn:8443/hook",
        "https://a.portal.example.gov.cn/hook", "https://portal.example.gov.cn.evil.com/hook",
        "http://10.1.2.3/x", "https://10.1.2.3:8080/x", "https://evil.com/https://portal.example.gov.cn",
    ):  # fmt: skip
        with pytest.raises(AddressRefused):
            allowed.check(other)
    with pytest.raises(AddressRefused):
        NOWHERE.check(PORTAL)


@pytest.mark.parametrize(
    "arguments",
    [
        ("https://portal.example.gov.cn/hook", ""),
        ("portal.example.gov.cn", ""),
        ("*", ""),
        ("", "10.0.0.1/8"),
        ("", "内网"),
    ],
)
def test_an_invalid_list_is_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(AddressRefused):
        AllowedAddresses.parse(*arguments)


INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:7f00:1::1",
    "100::1",
    "fec0::1",
]


@pytest.mark.parametrize("ip", INSIDE)
def test_no_internal_address_is_reached_in_any_spelling(ip: str) -> None:
    """Loopback, private, link-local with cloud metadata services, shared, reserved, multicast; and IPv4 embedded in IPv6."""
    assert not NOWHERE.may_reach(ipaddress.ip_address(ip))


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "114.114.114.114", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_reached(ip: str) -> None:
    assert NOWHERE.may_reach(ipaddress.ip_address(ip))


def test_a_network_that_is_allowed_is_reached_and_no_other() -> None:
    allowed = AllowedAddresses.parse("", "10.1.0.0/16, fd00:1::/32")
    reached = {ip: allowed.may_reach(ipaddress.ip_address(ip)) for ip in (
        "10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "10.2.0.1", "127.0.0.1", "fd00:2::5", "::ffff:10.2.0.1",
    )}  # fmt: skip
    assert reached == {
        "10.1.2.3": True, "::ffff:10.1.2.3": True, "fd00:1::5": True, "10.2.0.1": False, "127.0.0.1": False,
        "fd00:2::5": False, "::ffff:10.2.0.1": False,
    }  # fmt: skip


async def test_one_internal_address_among_several_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to a public and an internal address is refused, in any order."""
    answers: list[str] = []

    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in answers]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
    address = Address.parse(PORTAL)
    answers[:] = ["1.1.1.1", "1.0.0.1"]
    assert str(await NOWHERE.resolve(address)) == "1.1.1.1"
    for inside in ("127.0.0.1", "169.254.169.254", "10.0.0.1"):
        answers[:] = ["1.1.1.1", inside]
        with pytest.raises(AddressRefused):
            await NOWHERE.resolve(address)
    answers[:] = []
    with pytest.raises(AddressRefused):
        await NOWHERE.resolve(address)
