"""What one client may take of the web server: connections, bytes, and time."""

import errno
import resource
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address

from storefront.models import subscriber_network

# A proxy, a tunnel or a test on this machine. Other loopback addresses count as strangers.
THIS_MACHINE = frozenset({ip_address("127.0.0.1"), ip_address("::1")})


@dataclass(frozen=True)
class Limits:
    """Limits of one web process. Times are in seconds, sizes in bytes.

    A request's head must be complete after `head_seconds`. A body, and a response that the client reads, may take
    `transfer_seconds`, and longer while at least `bytes_per_second` arrive on average.
    """

    head_seconds: float = 10
    transfer_seconds: float = 30
    bytes_per_second: int = 8_000
    # Longer than the 60 seconds after which nginx closes an idle connection: a proxy must not send a request on a
    # connection that is just being closed.
    idle_seconds: float = 65
    closing_seconds: float = 2
    head_bytes: int = 65_536
    body_bytes: int = 32_000_000
    # What is larger than this goes to a temporary file.
    body_bytes_in_memory: int = 65_536
    # All bodies that one process keeps at the same time, in memory or files.
    stored_bytes: int = 200_000_000
    response_bytes_in_memory: int = 524_288
    connections: int = 1_000
    connections_per_subscriber: int = 100

    def transfer_ends(self, started: float, transferred: int) -> float:
        """When a transfer that began at `started` has taken too long, unless more bytes follow."""
        return started + self.transfer_seconds + transferred / self.bytes_per_second


class StorageBudget:
    """What is left of the bytes that all bodies may take together. Only the event loop and finished requests use it."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, count: int) -> None:
        """Use `count` bytes. Raises OSError like a full disk."""
        if count > self._left:
            raise OSError(errno.ENOSPC, "too many large requests at once")
        self._left -= count

    def give_back(self, count: int) -> None:
        """These bytes are not stored any more."""
        self._left += count


class Subscribers:
    """Counts open connections for each subscriber (an IPv4 address, or an IPv6 /64).

    Connections from this machine are not counted. With trusted proxies, neither are those from private networks, where
    such a proxy is (another container, another host of the network).
    """

    def __init__(self, trusted_proxies: int) -> None:
        self._proxied = trusted_proxies > 0
        self._open: Counter[str] = Counter()

    def name(self, address: str) -> str | None:
        """The subscriber that an address counts for; None if it isn't counted."""
        ip = ip_address(address.partition("%")[0])
        # An IPv4 client of a server that listens on IPv6.
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip in THIS_MACHINE or (self._proxied and ip.is_private and not ip.is_loopback):
            return None
        return subscriber_network(str(ip))

    def open_connections(self, subscriber: str | None) -> int:
        """How many connections the subscriber has; 0 for one that isn't counted."""
        return self._open[subscriber] if subscriber else 0

    def add(self, subscriber: str | None) -> None:
        """Count a new connection."""
        if subscriber:
            self._open[subscriber] += 1

    def remove(self, subscriber: str | None) -> None:
        """A connection was closed."""
        if subscriber:
            self._open[subscriber] -= 1
            if not self._open[subscriber]:
                del self._open[subscriber]


def allow_open_files(wanted: int) -> None:
    """Raise this process's limit of open files to `wanted`, as far as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
