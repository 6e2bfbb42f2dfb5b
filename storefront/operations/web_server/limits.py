"""What one client may take of the web server: connections, bytes, and time."""

import errno
import resource
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address
from tempfile import gettempdir

from storefront.models import subscriber_network

# A proxy, a tunnel or a test on this machine. Other loopback addresses count as strangers.
THIS_MACHINE = frozenset({ip_address("127.0.0.1"), ip_address("::1")})


@dataclass(frozen=True)
class Limits:
    """Limits of one web process. Times are in seconds, sizes in bytes.

    A request's head must be complete after `head_seconds`. A body, and a response that the client reads, may take
    `transfer_seconds`, and longer while at least `bytes_per_second` arrive on average. What was fast at first may not
    stand still for ever: a body may pause for `body_pause_seconds`, a response for `response_pause_seconds`, since
    much of it waits in the buffers of the system while a slow client seems to read nothing.
    """

    head_seconds: float = 10
    transfer_seconds: float = 30
    bytes_per_second: int = 8_000
    # Longer than the 60 seconds after which nginx closes an idle connection: a proxy must not send a request on a
    # connection that is just being closed.
    idle_seconds: float = 65
    closing_seconds: float = 2
    body_pause_seconds: float = 60
    response_pause_seconds: float = 600
    head_bytes: int = 65_536
    body_bytes: int = 32_000_000
    # What is larger than this goes to a temporary file.
    body_bytes_in_memory: int = 65_536
    # All bodies that one process keeps at the same time, in memory or files.
    stored_bytes: int = 200_000_000
    # Files that admins upload without a script come as one body, whose address says how large it may be. They are
    # not among the stored bytes, but leave some of the disk free.
    free_bytes: int = 500_000_000
    response_bytes_in_memory: int = 524_288
    connections: int = 1_000
    connections_per_subscriber: int = 100

    def transfer_ends(self, ends: float, transferred: int, longest: float) -> float:
        """When a transfer has taken too long that had to end at `ends` before `transferred` more bytes came.

        It never has more than `longest` seconds left.
        """
        return min(ends + transferred / self.bytes_per_second, time.monotonic() + longest)


class StorageBudget:
    """What is left of the bytes that all bodies may take together. Only the event loop and finished requests use it.

    `folder` takes the bodies that are larger than these bytes allow; None for the folder of temporary files.
    """

    def __init__(self, size: int, free_bytes: int = 0, folder: str | None = None) -> None:
        self._left = size
        self._free_bytes = free_bytes
        self.folder = folder

    def take(self, count: int) -> None:
        """Use `count` bytes. Raises OSError like a full disk."""
        if count > self._left:
            raise OSError(errno.ENOSPC, "too many large requests at once")
        self._left -= count

    def check_disk(self) -> None:
        """Raise OSError unless the folder's disk has room for more of a large body."""
        if shutil.disk_usage(self.folder or gettempdir()).free < self._free_bytes:
            raise OSError(errno.ENOSPC, "the disk has no room for large requests")

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
