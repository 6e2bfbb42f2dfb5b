"""IP networks that count as one client in limits."""

import re
from ipaddress import IPv4Address, ip_address, ip_network

# Some proxies add the client's port, which differs for each connection, and brackets to IPv6.
_WITH_PORT = re.compile(r"\[([^]]*)\](?::\d+)?|([\d.]+):\d+")


def subscriber_network(address: str) -> str:
    """An IPv4 address as it is; for IPv6 its /64 network, since one subscriber has all addresses in it (RFC 6177)."""
    return _enclosing(address, 32)


def neighborhood(address: str) -> str:
    """The /24 network of an IPv4 address, the /64 network of an IPv6 address, which one attacker may control."""
    return _enclosing(address, 24)


def _enclosing(address: str, ipv4_bits: int) -> str:
    port = _WITH_PORT.fullmatch(address)
    address = (port[1] or port[2] or "") if port else address
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    mapped = ip if isinstance(ip, IPv4Address) else ip.ipv4_mapped
    if mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return str(mapped) if ipv4_bits == 32 else str(ip_network((mapped, ipv4_bits), strict=False))
