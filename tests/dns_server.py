"""A small DNS server on loopback with TXT records, for the checks of the sender's domain."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class DnsServer:
    """Answers TXT questions from `records`: {name: [texts]}. Names that it does not have don't exist.

    `behave`: answer, fail (SERVFAIL), garbage, or silent.
    """

    def __init__(self, udp: socket.socket) -> None:
        self._udp = udp
        self.address = f"127.0.0.1:{udp.getsockname()[1]}"
        self.records: dict[str, list[str]] = {}
        self.behave = "answer"
        self.asked: list[str] = []

    def serve(self) -> None:
        """Answer until the socket is closed by an empty message."""
        while True:
            data, client = self._udp.recvfrom(4096)
            if not data:
                return
            answer = self._answer(data)
            if answer is not None:
                self._udp.sendto(answer, client)

    def _answer(self, data: bytes) -> bytes | None:
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        if self.behave == "silent":
            return None
        if self.behave == "garbage":
            return b"\0" * 20
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if self.behave == "fail":
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.records:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif self.records[name]:
            quoted = [" ".join(f'"{part}"' for part in _parts(text)) for text in self.records[name]]
            found = dns.rrset.from_text(question.question[0].name, 60, "IN", dns.rdatatype.TXT.name, *quoted)
            response.answer.append(found)
        return response.to_wire()


def _parts(text: str) -> list[str]:
    """A TXT record is made of strings of at most 255 bytes."""
    return [text[start : start + 200] for start in range(0, len(text), 200)] or [""]


@contextmanager
def running_dns_server() -> Iterator[DnsServer]:
    """A server without records, in a thread."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        server = DnsServer(udp)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        udp.sendto(b"", udp.getsockname())
        thread.join()
