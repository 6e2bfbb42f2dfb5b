"""Which addresses the shop's requests to other programs may reach: public ones, and those that are allowed by name.

An owner types the address of an endpoint, and its DNS may change at any time: without this, a request could reach the
cloud's metadata service, the database or a router.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IPv6 addresses that carry an IPv4 address: NAT64 (RFC 6052), 6to4 (RFC 3056). The position of its first bit.
_CARRYING = {ip_network("64:ff9b::/96"): 96, ip_network("2002::/16"): 16}
# Translation inside a network (RFC 8215), Teredo (RFC 4380), and 6to4 relays (RFC 7526): nothing public is there.
_NEVER = tuple(map(ip_network, ("64:ff9b:1::/48", "2001::/32", "192.88.99.0/24")))


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order that the system prefers. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    # An IPv6 address may have a zone, as in fe80::1%eth0.
    addresses = [ip_address(str(place[0]).partition("%")[0]) for *_kind, place in found]
    return list(dict.fromkeys(addresses))


def is_reachable(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether requests may go there."""
    return is_allowed(address, allowed) or is_public(address)


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether the address is in one of the networks that the environment allows."""
    inner = _inner(address)
    return any(one in network for network in allowed for one in {address, inner} if one.version == network.version)


def is_public(address: Address) -> bool:
    """Whether the address belongs to the internet: not private, loopback, link-local, multicast or reserved."""
    address = _inner(address)
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: Address) -> Address:
    """The IPv4 address inside an IPv6 address; others as they are."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    for network, first_bit in _CARRYING.items():
        if address in network:
            return IPv4Address((int(address) >> (128 - first_bit - 32)) & 0xFFFFFFFF)
    return address
