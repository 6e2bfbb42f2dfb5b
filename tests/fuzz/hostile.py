"""What attackers and broken programs send. `MARK` must never be in a page unescaped."""

import io
import zlib
from collections.abc import Callable
from random import Random

from PIL import Image

MARK = "<fuzz-"
TEXTS = (
    *("", " ", "0", "-1", "1e999", "NaN", "9" * 400, "1" * 20, "19.99", "1,000", "١٢٣", "½", "0x10", "1_000"),
    *(
        f"{MARK}a>\"'",
        f"\"'>{MARK}b>",
        "{{7*7}}",
        "{0}",
        "{name.__class__}",
        "%s%n%(x)s",
        "${7*7}",
        "javascript:alert(1)",
    ),
    *("\0", "a\0b", "\x1b[31m", "\r\nSet-Cookie: a=b", "\n" * 500, "\u202egnp.exe", "\ufeff=1+1", "\ud800", "\udfff"),
    *("a" * 70_000, "є" * 3_000, "🎨" * 500, "a\u0300" * 2_000, "ﷺ" * 300, "İ", "ẞ", "ﬃ", "\u2028", "\u00ad"),
    *(
        "' OR 1=1 --",
        '\'; DROP TABLE "order"; --',
        "\\",
        "%",
        "_",
        "%00",
        "%%%",
        "*",
        '"',
        "NEAR(",
        "a AND (",
        "../" * 9,
    ),
    *("http://[oops", "//elsewhere.example.com", "/\\elsewhere.example.com", "https://elsewhere.example.com/"),
    *("a@b", "a@" + "b" * 300 + ".com", "@", "a@[::1]", '"a b"@example.com', "a@example.com\nBcc: b@example.com"),
    *("true", "false", "null", "None", "undefined", "[]", "{}", "[[[[", "eyJhIjoxfQ==", "....", "a.b.c"),
    *(
        "en",
        "uk",
        "xx",
        "EUR",
        "eur",
        "XXX",
        "JPY",
        "draft",
        "paid",
        "y",
        "on",
        "2027-02-30",
        "0000-00-00",
        "9999-12-31",
    ),
)
# Texts that an address can hold: a surrogate has no encoding there, and servers limit the length.
PATHS = tuple(text for text in TEXTS if 0 < len(text) < 5000 and not "\ud800" <= text <= "\udfff")
HEADERS: tuple[dict[str, str], ...] = (
    *(
        {"Range": value}
        for value in ("bytes=0-0", "bytes=-1", "bytes=9999999999-", "bytes=5-1", "x", "bytes=" + "0-1," * 500)
    ),
    *({"If-None-Match": value} for value in ("*", '"', 'W/"', '"' + "a" * 3000 + '"', "a, b, c")),
    *(
        {"If-Modified-Since": value}
        for value in ("0", "Thu, 99 Jan 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 GMT")
    ),
    *({"Accept-Language": value} for value in ("*", "uk;q=a", "x" * 3000, ";;;,,,q=", "uk-UA-x-x-x;q=9e999", "\xff")),
    *({"Accept-Encoding": value} for value in ("br;q=x", "gzip, " * 500, "identity;q=0, *;q=0", "zstd")),
    *({"Accept": value} for value in ("application/json", "q=", "*/*;q=nan")),
    *(
        {"Cookie": value}
        for value in ("session=", "session=a.b.c", "session=" + "a" * 6000, "language=xx", "=;=;;", "\xff=\xff")
    ),
    *({"X-Forwarded-For": value} for value in ("a", "1.2.3.4, " * 300, "[::1]:x", "\xff", "999.1.1.1")),
    *({"Host": value} for value in ("", "a..b", "[::1", "localhost:99999", "elsewhere.example.com", "a" * 300)),
    *({"Origin": value} for value in ("null", "http://[oops", "https://elsewhere.example.com", "\xff")),
    *({"Referer": value} for value in ("http://[oops", "x" * 5000)),
    *(
        {"Content-Type": value}
        for value in ("x", "multipart/form-data", "text/html", "application/json;charset=nothing")
    ),
    *({"Content-Length": value} for value in ("-1", "x", "99999999999")),
    *({"HX-Request": "true", "HX-Target": value} for value in ("", "a b", f"{MARK}h>", "\xff")),
    *({"User-Agent": value} for value in ("", "\xff", f"{MARK}u>", "a" * 5000)),
    *({"Sec-Fetch-Site": value} for value in ("cross-site", "none", "\xff")),
    *(
        {"Stripe-Signature": value}
        for value in ("t=1,v1=a", "t=x", "v1=", "t=1,t=2,v1=\xff", "t=" + "9" * 400 + ",v1=a")
    ),
    *({"Authorization": value} for value in ("Bearer", "Bearer \xff", "Basic %%%", "Basic " + "YQ==" * 500)),
    *({"Transfer-Encoding": value} for value in ("chunked", "x")),
)
BODIES: tuple[tuple[str, bytes], ...] = (
    *(
        ("application/json", body)
        for body in (b"1", b"[1]", b'{"a": 1e999}', b"[" * 30_000, b'"\\ud800"', b"\xff", b"{")
    ),
    *(
        ("application/x-www-form-urlencoded", body)
        for body in (b"\xff=\xff", b"&&&=", b"a=%", b"a=%ff%fe", b"a&" * 2000)
    ),
    *(
        ("multipart/form-data; boundary=b", body)
        for body in (b"", b"--b", b"--b\r\n\r\n", b"--b--\r\n", b"--b\r\n" * 500)
    ),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--b--\r\n'),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=" + "b" * 5000, b"--b\r\n"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-"),
    ("text/plain", b"a=b"),
    ("application/octet-stream", bytes(range(256))),
)
ODD_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FUZZ")


def uploads(random: Random) -> tuple[io.BytesIO, str, str]:
    """A file to upload: its content, its name and its type."""
    picture = io.BytesIO()
    Image.new("RGB", (9, 7), "teal").save(picture, "PNG")
    contents: tuple[Callable[[], bytes], ...] = (
        lambda: b"",
        lambda: b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
        lambda: picture.getvalue()[:40],
        lambda: picture.getvalue() + b"<?php",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        lambda: b"GIF89a" + b"\xff" * 50,
        lambda: zlib.compress(b"0" * 100_000),
        picture.getvalue,
    )
    name = random.choice(("", "a.png", "../../a.png", "a\0.png", f"{MARK}f>.png", "є" * 300, "a.svg", ".htaccess"))
    return io.BytesIO(random.choice(contents)()), name, random.choice(("", "image/png", "image/svg+xml", "x"))
