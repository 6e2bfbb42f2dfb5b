"""Uploaded files in an S3-compatible object store that all hosts of a shop share.

obstore is imported when the first file is asked for: it takes time and memory that shops with a folder don't need.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storefront.errors import UploadsUnavailable

if TYPE_CHECKING:
    from obstore.store import S3Store

# Seconds for a connection, and for a request with its whole answer. A request that fails at once is tried once more.
CONNECT_SECONDS, REQUEST_SECONDS, RETRY_SECONDS = 2, 5, 1
# A process has at most so many requests at once: the other threads serve pages that need no file.
MAX_REQUESTS = 8
# A request that has failed after so many seconds means that others would wait as long: for a while, none is sent.
SILENCE_SECONDS, PAUSE_SECONDS = 1.0, 5
MAX_REASON = 200


class ObjectStore:
    """Implements `UploadStore`. `url` is s3://bucket/prefix; `variables` are those of the environment (AWS_…)."""

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._variables = variables
        self._opened: S3Store | None = None
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_REQUESTS)
        self._paused_until = 0.0

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Upload a file. It appears when all of it has arrived."""
        with self._request() as store:
            store.put(key, iter(chunks))

    def read(self, key: str) -> Iterator[bytes]:
        """The file's bytes in chunks. Raises FileNotFoundError."""
        with self._request() as store:
            found = store.get(key)
        return self._chunks(found)

    def delete(self, key: str) -> None:
        """Delete the file, if there is one."""
        with self._request() as store:
            try:
                store.delete(key)
            except FileNotFoundError:
                return

    def exists(self, key: str) -> bool:
        """Whether there is a file."""
        with self._request() as store:
            try:
                store.head(key)
            except FileNotFoundError:
                return False
            return True

    def list_keys(self) -> Iterator[str]:
        """The keys below the prefix, a thousand a request."""
        with self._request() as store:
            pages = iter(store.list())
            while page := next(pages, None):
                yield from (str(entry["path"]) for entry in page)

    def local_path(self, _key: str) -> Path | None:
        """None: the file is not on this host."""
        return None

    def _chunks(self, found: Any) -> Iterator[bytes]:
        with self._request():
            for chunk in found.stream():
                yield bytes(chunk)

    @contextmanager
    def _request(self) -> Iterator["S3Store"]:
        """The store, for one request. Raises UploadsUnavailable, at once while others wait or were not answered."""
        if time.monotonic() < self._paused_until:
            raise UploadsUnavailable("the object store does not answer")
        if not self._slots.acquire(blocking=False):
            raise UploadsUnavailable("too many files are being read or written")
        from obstore.exceptions import BaseError

        began = time.monotonic()
        try:
            yield self._store()
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            if time.monotonic() - began >= SILENCE_SECONDS:
                self._paused_until = time.monotonic() + PAUSE_SECONDS
            raise UploadsUnavailable(_reason(error)) from error
        finally:
            self._slots.release()

    def _store(self) -> "S3Store":
        from obstore.store import S3Store

        with self._lock:
            if self._opened is None:
                variables = {name.lower(): value for name, value in self._variables.items()}
                allows_http = variables.pop("aws_allow_http", "").lower() in ("true", "1", "yes")
                endpoint = variables.get("aws_endpoint_url_s3") or variables.get("aws_endpoint_url", "")
                self._opened = S3Store(
                    self._bucket,
                    prefix=self._prefix or None,
                    config=variables,  # type: ignore[arg-type]  # obstore knows these names in lower case, too
                    client_options={
                        "allow_http": allows_http or endpoint.lower().startswith("http://"),
                        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                        "timeout": timedelta(seconds=REQUEST_SECONDS),
                    },
                    retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
                )
            return self._opened


def _reason(error: Exception) -> str:
    """The first line of obstore's message; what follows is its trace. It has no key."""
    lines = str(error).splitlines()
    return " ".join((lines[0] if lines else type(error).__name__).split())[:MAX_REASON]
