"""Sends one request to another program, to an address that was checked, within a time limit.

The host is resolved once, every address is checked, and the connection goes to the checked address itself: a DNS that
answers otherwise the second time changes nothing. Redirects are not followed, proxies of the environment not used, and
only the beginning of the answer is read.
"""

import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import urlsplit

from storefront.errors import ShopError
from storefront.integrations import networks
from storefront.runtime import current
from storefront.web_addresses import DEFAULT_PORTS

CONNECT_SECONDS, TOTAL_SECONDS = 5, 15
# Bytes of an answer that are read. The owner reads them to find out what is wrong.
MOST_READ = 2000


class DeliveryProblem(StrEnum):
    """Why a request has not succeeded. The values are stored in rows and never change."""

    UNKNOWN_HOST = "unknown_host"
    FORBIDDEN_ADDRESS = "forbidden_address"
    NOT_ENCRYPTED = "not_encrypted"
    NOT_CONNECTED = "not_connected"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    NO_ANSWER = "no_answer"  # the connection was closed, or what came is not HTTP
    REDIRECTED = "redirected"
    REFUSED = "refused"  # another status than 2xx
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - no secret
    DISABLED = "disabled"


class NotDelivered(ShopError):
    """There was no answer; `problem` says why."""

    def __init__(self, problem: DeliveryProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """Status and the beginning of the body of an answer."""

    status: int
    text: str

    @property
    def problem(self) -> DeliveryProblem | None:
        """Why this answer is no success; None if it is one."""
        if 200 <= self.status < 300:
            return None
        return DeliveryProblem.REDIRECTED if 300 <= self.status < 400 else DeliveryProblem.REFUSED


def post(
    url: str, body: bytes, headers: Mapping[str, str], allowed: Sequence[networks.Network] | None = None
) -> Answer:
    """POST the body to an http or https URL. Raises NotDelivered.

    `allowed` are private networks that the request may reach; None for those of WEBHOOK_ALLOW_NETWORKS.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    allowed = current().config.webhook_networks if allowed is None else allowed
    connection = _CheckedConnection(host, port, parts.scheme == "https", allowed)
    watch = threading.Timer(TOTAL_SECONDS, connection.interrupt)
    try:
        watch.start()
        target = parts.path or "/"
        connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_READ).decode(errors="replace").replace("\0", ""))
    except (OSError, HTTPException) as error:
        raise NotDelivered(DeliveryProblem.TIMED_OUT if connection.is_late else _problem_of(error)) from error
    finally:
        watch.cancel()
        connection.close()


def _problem_of(error: Exception) -> DeliveryProblem:
    if isinstance(error, ssl.SSLError):
        return DeliveryProblem.TLS_FAILED
    return DeliveryProblem.TIMED_OUT if isinstance(error, TimeoutError) else DeliveryProblem.NO_ANSWER


class _CheckedConnection(HTTPConnection):
    """A connection to an address that may be reached. `is_late` is set when its time is over."""

    def __init__(self, host: str, port: int, is_encrypted: bool, allowed: Sequence[networks.Network]) -> None:
        super().__init__(host, port, timeout=TOTAL_SECONDS)
        self._is_encrypted, self.is_late, self._allowed = is_encrypted, False, allowed
        # http.client forgets the socket of a connection that ends with its answer, while the answer is being read.
        self._reached: socket.socket | None = None
        # http.client writes the port into the Host header unless it is this one.
        self.default_port = DEFAULT_PORTS["https" if is_encrypted else "http"]

    def connect(self) -> None:
        """Resolve the host, check every address, and connect to the first one that answers."""
        plain = self._connect_to_checked()
        plain.settimeout(TOTAL_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._reached = plain
        if self._is_encrypted:
            # The certificate must be the host's, whichever address was reached.
            self.sock = self._reached = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

    def interrupt(self) -> None:
        """End the exchange, whatever it waits for. Called by another thread."""
        self.is_late = True
        if self._reached is not None:
            with suppress(OSError):
                self._reached.shutdown(socket.SHUT_RDWR)

    def _connect_to_checked(self) -> socket.socket:
        allowed = self._allowed
        try:
            addresses = networks.resolve(self.host, self.port)
        except (OSError, UnicodeError) as error:
            raise NotDelivered(DeliveryProblem.UNKNOWN_HOST) from error
        # One forbidden address among others is refused as well: a host of the internet has none.
        if not addresses or not all(networks.is_reachable(address, allowed) for address in addresses):
            raise NotDelivered(DeliveryProblem.FORBIDDEN_ADDRESS)
        if not self._is_encrypted and not all(networks.is_allowed(address, allowed) for address in addresses):
            raise NotDelivered(DeliveryProblem.NOT_ENCRYPTED)
        for address in addresses:
            if self.is_late:
                break
            try:
                plain = socket.create_connection((str(address), self.port), CONNECT_SECONDS)
            except OSError:
                continue
            if networks.is_reachable(ip_address(plain.getpeername()[0].partition("%")[0]), allowed):
                return plain
            plain.close()
            raise NotDelivered(DeliveryProblem.FORBIDDEN_ADDRESS)
        raise NotDelivered(DeliveryProblem.TIMED_OUT if self.is_late else DeliveryProblem.NOT_CONNECTED)
