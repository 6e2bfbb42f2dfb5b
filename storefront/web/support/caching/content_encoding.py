"""Compression of what every visitor gets alike.

Nothing else is compressed: the length of a compressed page that contains both a CSRF token and text from the request
could reveal the token (the BREACH attack).
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

# The first one that the client likes best.
ENCODINGS = ("br", "gzip")
# What is smaller hardly becomes smaller.
MIN_SIZE = 400
# For pages, which are compressed while somebody waits.
FAST = {"br": 3, "gzip": 3}
# For files, which are compressed once in a process.
BEST = {"br": 11, "gzip": 9}


@lru_cache(maxsize=256)
def choose_encoding(accepted: str) -> str:
    """`br`, `gzip`, or "" for no compression, by an Accept-Encoding header (RFC 9110, section 12.5.3)."""
    if not accepted:
        return ""
    accept = parse_accept_header(accepted, Accept)
    best = max(ENCODINGS, key=accept.quality)
    # "*" names no preference between compressed and not.
    plain = max((quality for name, quality in accept if name.lower() == "identity"), default=0)
    return best if accept.quality(best) > 0 and accept.quality(best) >= plain else ""


def compress(data: bytes, encoding: str, quality: Mapping[str, int] = FAST) -> bytes:
    """`data` in the encoding that `choose_encoding` chose; with "" as it is."""
    if encoding == "br":
        compressed: bytes = brotli.compress(data, quality=quality["br"])
        return compressed
    # Without the time the same data always give the same bytes.
    return gzip.compress(data, quality["gzip"], mtime=0) if encoding == "gzip" else data
