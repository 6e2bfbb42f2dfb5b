"""An S3-compatible object store for tests: moto's server, at a port of this machine."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from xml.etree import ElementTree

import requests
from moto.server import ThreadedMotoServer

ACCESS_KEY = "AKIAOLENASKEY0000000"
# moto checks no signature; it wants to see that there is one.
_SIGNED = {"Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/us-east-1/s3/aws4_request"}
_numbers = count(1)


@dataclass(frozen=True)
class Bucket:
    """An empty bucket. `environment` are the variables of a shop that stores its uploaded files there."""

    endpoint: str
    name: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "UPLOADS_URL": f"s3://{self.name}/shop",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": "very-secret-key-of-the-store",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.endpoint,
        }

    def keys(self) -> list[str]:
        """The keys of all objects, with the prefix."""
        listed = requests.get(f"{self.endpoint}/{self.name}?list-type=2", headers=_SIGNED, timeout=30)
        root = ElementTree.parse(io.BytesIO(listed.content)).getroot()
        return [str(key.text) for key in root.iterfind("{*}Contents/{*}Key")]


class ObjectStoreServer:
    """moto's server, in a thread."""

    def __init__(self) -> None:
        # It would log each request.
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        self.port = int(self._server.get_host_and_port()[1])
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.stop()

    def new_bucket(self) -> Bucket:
        bucket = Bucket(self.endpoint, f"uploads-{next(_numbers)}")
        made = requests.put(f"{self.endpoint}/{bucket.name}", headers=_SIGNED, timeout=30)
        assert made.status_code == 200, made.text
        return bucket


@contextmanager
def running_object_store() -> Iterator[ObjectStoreServer]:
    server = ObjectStoreServer()
    try:
        yield server
    finally:
        server.stop()
