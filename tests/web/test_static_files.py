"""Static files: addresses with hashes of the content, what caches may keep, compression, and what is not served."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from storefront.web.support.caching.static_files import StaticFolder
from tests.web.answer_headers import headers_of

STATIC = Path(__file__).resolve().parents[2] / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def address_of(client: FlaskClient, name: str) -> str:
    """The file's address in the sign-in page or the shop's."""
    stem, _, suffix = name.rpartition(".")
    pages = client.get("/admin/login").text + client.get("/").text
    found = re.search(rf'"(/static/{re.escape(stem)}\.[0-9a-f]{{12}}\.{suffix})"', pages)
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("css/shop.css", "text/css; charset=utf-8"),
        ("js/admin.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ],
)
def test_a_page_links_files_that_caches_keep_for_ever(client: FlaskClient, name: str, mimetype: str) -> None:
    address = address_of(client, name)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, mimetype)
    assert answer.headers["Cache-Control"] == FOR_EVER and answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers and answer.content_length == len(answer.data)
    for encoding, decode in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = client.get(address, headers={"Accept-Encoding": encoding})
        if len(answer.data) >= 400:
            assert packed.headers["Content-Encoding"] == encoding and packed.content_length == len(packed.data)
            assert decode(packed.data) == answer.data and len(packed.data) < len(answer.data) / 2
        head = client.head(address, headers={"Accept-Encoding": encoding})
        assert headers_of(head) == headers_of(packed) and head.data == b""
        asked = {"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}
        known = client.get(address, headers=asked)
        assert (known.status_code, known.data, known.headers["Cache-Control"]) == (304, b"", FOR_EVER)


def test_only_the_version_of_a_file_that_the_shop_has_is_kept_by_caches(client: FlaskClient) -> None:
    """Otherwise a cache keeps this version's file under the next version's address, for a year."""
    plain = client.get("/static/css/shop.css")
    assert plain.data == (STATIC / "css/shop.css").read_bytes() and plain.headers["Cache-Control"] == "no-cache"
    known = client.get("/static/css/shop.css", headers={"If-None-Match": plain.headers["ETag"]})
    assert known.status_code == 304
    version = re.search(r"\.([0-9a-f]{12})\.css", address_of(client, "css/shop.css"))
    assert version
    for address, is_kept in (
        (f"/static/css/shop.css?v={version[1]}", True),
        ("/static/css/shop.css?v=0123456789ab", False),
        ("/static/css/shop.css?v=", False),
        (f"/static/css/shop.{version[1]}.css", True),
        ("/static/css/shop.0123456789ab.css", False),
        (f"/static/css/shop.{version[1]}.css?v=0123456789ab", True),
    ):
        answer = client.get(address)
        assert answer.status_code == 200 and bool(answer.cache_control.immutable) is is_kept, address


def test_nothing_else_is_served(client: FlaskClient) -> None:
    outside = ("../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "css/../../wsgi.py", "css/..%5c..%5cwsgi.py")
    missing = ("", "css", "css/", "css/nothing.css", "css/nothing.0123456789ab.css", "css/shop.0123456789AB.css")
    for path in (*outside, *missing, "%00", "ї.css"):
        answer = client.get(f"/static/{path}", headers={"Accept-Language": "en"})
        assert answer.status_code == 404 and "Page not found" in answer.text, path


def test_a_script_loads_the_versions_of_others_that_belong_to_it(client: FlaskClient) -> None:
    script = client.get("/static/" + StaticFolder(STATIC).hashed_name("js/checkout.js")).text
    loaded = re.findall(r"'(\./[^']+\.js)'", script)
    assert any(name.startswith("./card-fields.") for name in loaded) and len(loaded) >= 3
    for name in loaded:
        assert client.get(f"/static/js/{name[2:]}").headers["Cache-Control"] == FOR_EVER, name
    # At its plain address a script is as it was written.
    assert client.get("/static/js/checkout.js").data == (STATIC / "js/checkout.js").read_bytes()


def test_a_file_gets_another_address_when_one_that_it_loads_changes(tmp_path: Path) -> None:
    written = {
        "css/a.css": '@import "b.css"; .x { background: url(../img/c.png?) } .y { background: url("../img/c.png") }',
        "css/b.css": "@font-face { src: url('/elsewhere.woff2'), url(data:,), url(https://example.com/a.png) }",
        "img/c.png": "picture",
        "js/d.js": "import './e.js';\nimport { f } from \"./e.js\";\nnew Worker(new URL('../js/e.js', import.meta));",
        "js/e.js": "const f = () => import('./d.js'); // from './missing.js'",
    }

    def names(**changed: str) -> dict[str, str]:
        for name, text in (written | changed).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        folder = StaticFolder(tmp_path)
        return {name: folder.hashed_name(name) for name in written}

    before = names()
    css = StaticFolder(tmp_path).linked_content("css/a.css").decode()
    assert f'@import "{before["css/b.css"][4:]}"' in css and f'url("../{before["img/c.png"]}")' in css
    assert StaticFolder(tmp_path).linked_content("css/b.css").decode() == written["css/b.css"]
    script = StaticFolder(tmp_path).linked_content("js/d.js").decode()
    found = re.findall(r"e\.[0-9a-f]{12}\.js", script)
    assert len(found) == 3 and "'../js/e." in script
    after = names(**{"img/c.png": "another", "js/e.js": written["js/e.js"] + " "})
    assert {name for name in written if before[name] != after[name]} == {"css/a.css", "img/c.png", "js/d.js", "js/e.js"}
