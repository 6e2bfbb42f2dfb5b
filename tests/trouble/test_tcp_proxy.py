"""The proxy of these tests does to connections what it says."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.processes import until
from tests.trouble.tcp_proxy import TcpProxy


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(100):
            self.request.sendall(data)


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    """A proxy before a server that sends back what it receives."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with TcpProxy(("127.0.0.1", server.server_address[1])) as proxy:
            yield proxy
        server.shutdown()


def connect(proxy: TcpProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=30)


def echo(connection: socket.socket) -> bytes:
    connection.sendall(b"hello")
    return connection.recv(100)


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(0.2)
    try:
        echo(connection)
    except TimeoutError:
        return True
    return False


def test_it_forwards_and_forgets_closed_connections(proxy: TcpProxy) -> None:
    with connect(proxy) as connection:
        assert echo(connection) == b"hello" and proxy.open_connections == 1
    until(lambda: proxy.open_connections == 0, "the connection to be forgotten")


def test_cut_connections_are_reset_and_new_ones_work(proxy: TcpProxy) -> None:
    with connect(proxy) as before:
        assert echo(before) == b"hello"
        proxy.cut()
        with pytest.raises(ConnectionError):
            before.recv(100)
        with connect(proxy) as after:
            assert echo(after) == b"hello"


def test_swallowed_connections_are_silent_and_new_ones_work(proxy: TcpProxy) -> None:
    with connect(proxy) as before:
        assert echo(before) == b"hello"
        proxy.swallow()
        with connect(proxy) as after:
            assert echo(after) == b"hello"
        assert is_silent(before)


def test_while_swallowing_new_connections_are_silent_too(proxy: TcpProxy) -> None:
    with proxy.swallowing(), connect(proxy) as connection:
        assert is_silent(connection)
    with connect(proxy) as connection:
        assert echo(connection) == b"hello"


def test_while_refusing_nobody_can_connect(proxy: TcpProxy) -> None:
    with proxy.refusing(), pytest.raises(ConnectionRefusedError):
        connect(proxy)
    with connect(proxy) as connection:
        assert echo(connection) == b"hello"


def test_while_delaying_an_answer_comes_later(proxy: TcpProxy) -> None:
    with proxy.delaying(0.3), connect(proxy) as connection:
        assert is_silent(connection)
        connection.settimeout(30)
        assert connection.recv(100) == b"hello"
