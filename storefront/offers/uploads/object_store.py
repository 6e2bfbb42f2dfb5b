"""Uploaded files in an S3-compatible object store that all hosts of a shop share.

obstore is imported when the first file is asked for: it takes time and memory that shops with a folder don't need.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storefront.errors import UploadsUnavailable
from storefront.offers.uploads.content import Fingerprint, SignedAddress, StoredContent
from storefront.offers.uploads.presigned import with_headers

if TYPE_CHECKING:
    from obstore.store import S3Store

# Seconds for a connection, and for a request with its whole answer. A request that fails at once is tried once more.
CONNECT_SECONDS, REQUEST_SECONDS, RETRY_SECONDS = 2, 5, 1
# The store copies a renamed file before it answers.
RENAME_SECONDS = 120
# A process has at most so many requests at once: the other threads serve pages that need no file.
MAX_REQUESTS = 8
# A request that has failed after so many seconds means that others would wait as long: for a while, none is sent.
SILENCE_SECONDS, PAUSE_SECONDS = 1.0, 5
MAX_REASON = 200
# Large files are read and written in pieces: a request with one takes less than REQUEST_SECONDS.
PIECE = 5 * 1024 * 1024
# Where the parts of unfinished uploads are.
PARTS = "parts/"


class ObjectStore:
    """Implements `UploadStore`. `url` is s3://bucket/prefix; `variables` are those of the environment (AWS_…)."""

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._variables = variables
        self._opened: dict[int, S3Store] = {}
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_REQUESTS)
        self._paused_until = 0.0

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Upload a file. It appears when all of it has arrived."""
        with self._request() as store:
            store.put(key, iter(chunks), chunk_size=PIECE, max_concurrency=2)

    def read(self, key: str) -> Iterator[bytes]:
        """The file's bytes in chunks. Raises FileNotFoundError."""
        with self._request() as store:
            found = store.get(key)
        size = found.meta["size"]
        return self._chunks(found) if size <= PIECE else self._pieces(key, size)

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
        return (path for path, _changed in self._listed() if not path.startswith(PARTS))

    def _listed(self, prefix: str | None = None) -> Iterator[tuple[str, datetime]]:
        """Keys, and when each was written."""
        with self._request() as store:
            pages = iter(store.list(prefix))
            while page := next(pages, None):
                yield from ((str(entry["path"]), entry["last_modified"]) for entry in page)

    def local_path(self, _key: str) -> Path | None:
        """None: the file is not on this host."""
        return None

    def add_part(self, upload: str, offset: int, chunks: Iterable[bytes]) -> int:
        """Store a part as an object of its own."""
        print_ = Fingerprint()
        self.write(_part(upload, offset), print_.of(chunks))
        return print_.content().size

    def join_parts(self, upload: str, key_of: Callable[[str], str]) -> StoredContent:
        """Copy the parts into one object, which gets its key when its checksum is known."""
        draft, print_ = f"{PARTS}{upload}/joined", Fingerprint()
        keys = sorted(key for key in self._parts(upload) if key != draft)
        # Not `put`: obstore can't read one object while it takes the bytes of another from an iterator.
        import obstore

        with self._request() as store, obstore.open_writer(store, draft, buffer_size=PIECE) as target:
            for chunk in print_.of(chunk for key in keys for chunk in self.read(key)):
                target.write(chunk)
        content = print_.content()
        if not self.exists(key_of(content.hash)):
            with self._request(RENAME_SECONDS) as store:
                store.rename(draft, key_of(content.hash))
        self.drop_parts(upload)
        return content

    def drop_parts(self, upload: str) -> None:
        """Delete the objects of an upload."""
        for key in self._parts(upload):
            self.delete(key)

    def drop_old_parts(self, seconds: float) -> None:
        """Delete the parts that were written longer ago."""
        oldest = datetime.now(UTC) - timedelta(seconds=seconds)
        for key in [key for key, changed in self._listed(PARTS.rstrip("/")) if changed < oldest]:
            self.delete(key)

    def free_bytes(self) -> int | None:
        """None: the store has no limit that it would tell."""
        return None

    def signed_address(self, key: str, signed: SignedAddress) -> str | None:
        """An address that the store accepts without other credentials. Nothing is sent to it."""
        import obstore

        with self._request() as store:
            address = str(obstore.sign(store, "GET", key, timedelta(seconds=signed.seconds)))
        secret = self._variables.get("AWS_SECRET_ACCESS_KEY")
        # A role of the machine has keys that only obstore knows: then the file gets the name of its key.
        return with_headers(address, secret, signed.content_type, signed.disposition) if secret else address

    def _parts(self, upload: str) -> list[str]:
        return [key for key, _changed in self._listed(f"{PARTS}{upload}")]

    def _pieces(self, key: str, size: int) -> Iterator[bytes]:
        for start in range(0, size, PIECE):
            with self._request() as store:
                piece = store.get_range(key, start=start, end=min(start + PIECE, size))
            yield bytes(piece)

    def _chunks(self, found: Any) -> Iterator[bytes]:
        with self._request():
            for chunk in found.stream():
                yield bytes(chunk)

    @contextmanager
    def _request(self, seconds: int = REQUEST_SECONDS) -> Iterator["S3Store"]:
        """The store, for one request. Raises UploadsUnavailable, at once while others wait or were not answered."""
        if time.monotonic() < self._paused_until:
            raise UploadsUnavailable("the object store does not answer")
        if not self._slots.acquire(blocking=False):
            raise UploadsUnavailable("too many files are being read or written")
        from obstore.exceptions import BaseError

        began = time.monotonic()
        try:
            yield self._store(seconds)
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            if time.monotonic() - began >= SILENCE_SECONDS:
                self._paused_until = time.monotonic() + PAUSE_SECONDS
            raise UploadsUnavailable(_reason(error)) from error
        finally:
            self._slots.release()

    def _store(self, seconds: int) -> "S3Store":
        from obstore.store import S3Store

        with self._lock:
            if seconds not in self._opened:
                variables = {name.lower(): value for name, value in self._variables.items()}
                allows_http = variables.pop("aws_allow_http", "").lower() in ("true", "1", "yes")
                endpoint = variables.get("aws_endpoint_url_s3") or variables.get("aws_endpoint_url", "")
                self._opened[seconds] = S3Store(
                    self._bucket,
                    prefix=self._prefix or None,
                    config=variables,  # type: ignore[arg-type]  # obstore knows these names in lower case, too
                    client_options={
                        "allow_http": allows_http or endpoint.lower().startswith("http://"),
                        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                        "timeout": timedelta(seconds=seconds),
                    },
                    retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
                )
            return self._opened[seconds]


def _part(upload: str, offset: int) -> str:
    # Sorted by place.
    return f"{PARTS}{upload}/{offset:015d}"


def _reason(error: Exception) -> str:
    """The first line of obstore's message; what follows is its trace. It has no key."""
    lines = str(error).splitlines()
    return " ".join((lines[0] if lines else type(error).__name__).split())[:MAX_REASON]
