"""Between the shop and Stripe: gives the shop's new customers a test clock, which the shop itself can't choose.

See docs.stripe.com/billing/testing/test-clocks. Everything else passes unchanged.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import requests

NOT_PASSED_ON = {"connection", "host", "content-length", "transfer-encoding", "content-encoding", "accept-encoding"}


class StripeProxy:
    """`url` is its address; `test_clock` is given to customers that are created from now on, "" for none."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.test_clock = ""
        self.session = requests.Session()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> requests.Response:
        if (method, path) == ("POST", "/v1/customers") and self.test_clock:
            body += b"&" + urlencode({"test_clock": self.test_clock}).encode()
        return self.session.request(method, f"{self.target}{path}", headers=headers, data=body, timeout=60)


def _handler(proxy: StripeProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
            answer = proxy.send(self.command, self.path, headers, body)
            self.send_response_only(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in NOT_PASSED_ON:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def do_DELETE(self) -> None:
            self.pass_on()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running_proxy(target: str) -> Iterator[StripeProxy]:
    """Run the proxy in this process until the context ends."""
    proxy = StripeProxy(target)
    threading.Thread(target=proxy.server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        proxy.server.server_close()
