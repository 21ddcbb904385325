"""Where events may be sent: encrypted, or to this machine; never to a machine's own keys.

An address is looked at when an administrator types it, and again, with the numbers that its name
stands for at that moment, each time something is sent: the connection goes to the number that was
looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

import httpx

from pipeline.errors import InputError

MOST_CHARACTERS = 2000
REFUSED_NAMES = frozenset({"metadata.google.internal", "metadata", "instance-data"})
REFUSED_NETWORKS = (
    ipaddress.ip_network("100.100.100.200/32"),
    ipaddress.ip_network("192.0.0.192/32"),
    ipaddress.ip_network("fd00:ec2::/32"),
)
"""Where clouds answer any program on the machine with its keys (those that are not link-local).

Source: the metadata services' documentation of Alibaba, Oracle and Amazon.
"""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection goes."""

    url: httpx.URL
    """With a number in place of the name."""
    host: str
    """The name, with its port if it has one: for the header ``Host``."""
    name: str
    """The name alone: what the certificate must be for."""


def checked_address(text: str) -> str:
    """Return an address as it is kept.

    Raises:
        InputError: It is none that events may be sent to; says what was expected.
    """
    url = _url(text.strip())
    number = _number(url.host)
    if number is not None:
        _check_number(number, url)
    elif url.scheme == "http" and url.host != "localhost":
        raise InputError(f"expected https:// for {url.host}: http:// is for this machine only")
    return str(url)


def target_of(address: str) -> Target:
    """Return where to connect to now.

    Args:
        address: As ``checked_address`` gave it.

    Raises:
        InputError: Its name is not known, or stands for a number that nothing may be sent to.
    """
    url = _url(address)
    try:
        found = socket.getaddrinfo(
            url.host, url.port or (443 if url.scheme == "https" else 80), type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise InputError(f"the name {url.host} is not known") from error
    numbers = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for number in numbers:
        _check_number(number, url)
    first = min(numbers, key=lambda number: number.version)
    return Target(url.copy_with(host=str(first)), url.netloc.decode("ascii"), url.host)


def _url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise InputError(
            f"expected an address such as https://example.org/hook: {error}"
        ) from error
    if url.scheme not in ("https", "http") or not url.host or len(text) > MOST_CHARACTERS:
        raise InputError("expected an address such as https://example.org/hook")
    if url.userinfo:
        raise InputError("expected an address without a name and password in it")
    if url.host.rstrip(".").lower() in REFUSED_NAMES:
        raise InputError(f"{url.host} is a cloud's metadata service: nothing is sent there")
    return url.copy_with(fragment=None)


def _number(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_number(number: IPAddress, url: httpx.URL) -> None:
    """Raise an error where nothing may be sent to a number, or not unencrypted.

    Raises:
        InputError: It may not.
    """
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    meant = mapped or number
    if (
        meant.is_link_local
        or meant.is_multicast
        or meant.is_unspecified
        or any(meant in network for network in REFUSED_NETWORKS)
    ):
        raise InputError(f"{url.host} stands for {number}: nothing is sent to such addresses")
    if url.scheme == "http" and not meant.is_loopback:
        raise InputError(f"expected https:// for {url.host}: http:// is for this machine only")
