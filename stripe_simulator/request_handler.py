"""Serves HTTP/1.1 with connections that stay open, as Stripe's do. Werkzeug's own handler closes each connection."""

import logging
from io import BytesIO
from typing import Any

from werkzeug.serving import WSGIRequestHandler

WITHOUT_BODY = (204, 304)


class Handler(WSGIRequestHandler):
    """Logs one short line per request. It logs the path only, because query strings may hold secrets."""

    protocol_version = "HTTP/1.1"
    # A response is one write: head and body together, sent at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Respond to one request. What the response does when it is closed happens after it was sent."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ = self.make_environ() | {"wsgi.input": BytesIO(body)}
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            started[:] = [int(status.split()[0]), headers]

        # A browser repeats a request by itself if a connection that it has used before is dropped: the failures that
        # tests ask for would never reach the page.
        self.close_connection = self.close_connection or self.headers.get("User-Agent", "").startswith("Mozilla/")
        response: Any = self.server.app(environ, start_response)
        try:
            self.respond(started[0], started[1], b"".join(response))
        except OSError:
            # The application has dropped the connection, or the client has closed it.
            self.close_connection = True
        finally:
            response.close()

    def respond(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        if status not in WITHOUT_BODY and "content-length" not in {name.lower() for name, _ in headers}:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def send_response(self, code: int, message: str | None = None) -> None:
        """Send the status line without `Date`; the application sets it from the simulated clock."""
        self.log_request(code)
        self.send_response_only(code, message)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.log("info", "%s %s %s", self.command, self.path.partition("?")[0], code)

    def log(self, type: str, message: str, *args: object) -> None:
        getattr(logging.getLogger("stripe_simulator"), type)(message, *args)
