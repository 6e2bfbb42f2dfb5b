"""Fixtures for a shop whose database or disk gets into trouble."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.trouble.small_disk import SmallDisk, small_disk
from tests.trouble.tcp_proxy import TcpProxy


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def proxy(empty_postgres: str) -> Iterator[TcpProxy]:
    """A proxy before the server of the empty database."""
    target = psycopg.conninfo.conninfo_to_dict(empty_postgres)
    host, port = str(target.get("host") or "127.0.0.1"), int(target.get("port") or 5432)
    with TcpProxy(Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, port)) as proxy:
        yield proxy


@pytest.fixture
def distant_url(proxy: TcpProxy, empty_postgres: str) -> str:
    """The URL of the empty database behind the proxy."""
    target = psycopg.conninfo.conninfo_to_dict(empty_postgres)
    login = f"{target['user']}:{target['password']}" if target.get("password") else target["user"]
    return f"postgresql://{login}@127.0.0.1:{proxy.port}/{target['dbname']}"
