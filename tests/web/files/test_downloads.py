"""Downloads of delivered files: who may, how often, until when; ranges; and that nothing runs in our origin."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import delivery, settings
from storefront.models import Download, Offer, Order, StoredFile
from tests.cast import LESIA
from tests.delivered_files import deliver, sparse, stored
from tests.object_store import ObjectStoreServer, running_object_store
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 20


@pytest.fixture
def file(app: Flask) -> StoredFile:
    return stored(CONTENT)


@pytest.fixture
def order(offer: Offer, file: StoredFile, simulator: Simulator) -> Order:
    """A paid order of an offer with a file."""
    deliver(offer, file)
    return buy(offer, simulator)


def link_of(client: FlaskClient, order: Order) -> str:
    """The signed link that the order's page gives."""
    answer = client.get(f"/orders/{order.token}/files/{item_of(order)}")
    assert answer.status_code == 302 and answer.location.startswith("/files/"), answer.headers
    return answer.location


def item_of(order: Order) -> int:
    return delivery.delivered(Order.get_by_id(order.id)).files[0].deliverable.id


def ranged(client: FlaskClient, link: str, span: str, **headers: str) -> TestResponse:
    return client.get(link, headers={"Range": f"bytes={span}", **headers})


def count(order: Order) -> int:
    return Download.select().where(Download.order == order).count()


def test_a_file_comes_as_an_attachment_that_runs_nowhere(client: FlaskClient, order: Order) -> None:
    answer = client.get(link_of(client, order))
    assert answer.status_code == 200 and answer.data == CONTENT
    headers = answer.headers
    assert headers["Content-Disposition"] == 'attachment; filename="Book.pdf"'
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in headers["Cache-Control"]
    assert count(order) == 1


def test_parts_continue_a_download_and_are_not_counted_again(client: FlaskClient, order: Order) -> None:
    link, size = link_of(client, order), len(CONTENT)
    first = ranged(client, link, "0-99")
    assert (first.status_code, first.data) == (206, CONTENT[:100])
    assert first.headers["Content-Range"] == f"bytes 0-99/{size}"
    rest = ranged(client, link, "100-", **{"If-Range": first.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, CONTENT[100:])
    assert ranged(client, link, "-5").data == CONTENT[-5:]
    assert count(order) == 1
    # Another version is sent whole; what can't be read is ignored, several ranges too.
    assert ranged(client, link, "100-", **{"If-Range": '"older"'}).status_code == 200
    assert ranged(client, link, "5-x").status_code == 200
    assert ranged(client, link, "0-1,5-6").status_code == 200
    beyond = ranged(client, link, f"{size}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    head = client.head(link)
    assert (head.status_code, head.content_length, head.data) == (200, size, b"")
    assert head.headers["Accept-Ranges"] == "bytes"
    before = count(order)
    assert client.get(link, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304
    assert count(order) == before


def test_two_gigabytes_come_by_range(client: FlaskClient, app: Flask, offer: Offer, simulator: Simulator) -> None:
    size = 2**31 + 10
    deliver(offer, sparse(Path(app.config["SHOP"].uploads_url), size))
    link = link_of(client, buy(offer, simulator))
    assert client.head(link).content_length == size
    part = ranged(client, link, f"{size - 3}-")
    assert (part.status_code, part.data) == (206, b"\0\0\0")
    assert part.headers["Content-Range"] == f"bytes {size - 3}-{size - 1}/{size}"


def test_a_link_ends_and_the_page_of_the_order_makes_another(client: FlaskClient, order: Order) -> None:
    link = link_of(client, order)
    with time_moved(hours=49):
        late = client.get(link)
        assert late.status_code == 410 and "This link has expired" in late.text
        assert client.get(link_of(client, order)).status_code == 200


def test_downloads_are_limited_and_resuming_is_not(client: FlaskClient, order: Order) -> None:
    settings.save({"file_downloads": 2})
    link = link_of(client, order)
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 429]
    assert ranged(client, link, "7-").status_code == 206
    # A new link is no way around it.
    assert client.get(link_of(client, order)).status_code == 429
    with time_moved(hours=49):
        assert client.get(link_of(client, order)).status_code == 200
    settings.save({"file_downloads": 0, "file_link_hours": 0})
    with time_moved(days=400):
        assert client.get(link).status_code == 200


def test_the_order_lists_its_downloads_with_their_time(client: FlaskClient, admin: FlaskClient, order: Order) -> None:
    address = f"/admin/orders/{order.token}"
    assert "Downloads" not in text_of(admin.get(address).text)
    client.get(link_of(client, order))
    assert re.search(r"Downloads Book\.pdf .{1,30}\d:\d\d", text_of(admin.get(address).text))


def test_a_part_that_continues_nothing_counts(client: FlaskClient, order: Order) -> None:
    assert ranged(client, link_of(client, order), "1-").status_code == 206
    assert count(order) == 1


def test_nothing_opens_by_guessing(client: FlaskClient, order: Order, offer: Offer, simulator: Simulator) -> None:
    link, other = link_of(client, order), buy(offer, simulator, LESIA)
    token = link.removeprefix("/files/")
    payload, _, signature = token.rpartition(".")
    for wrong in (payload, f"{payload}.{signature[:-1]}", f"{payload[:-1]}.{signature}", "x", "..%2Fsecret_key"):
        assert client.get(f"/files/{wrong}").status_code == 404, wrong
    assert client.get(f"/orders/wrong/files/{item_of(order)}").status_code == 404
    # An order opens its own files only.
    assert client.get(f"/orders/{other.token}/files/{item_of(order) + 99}").location == f"/orders/{other.token}"
    assert client.get(f"/pictures/{StoredFile.get().hash[:24]}-480.webp").status_code == 404


def test_a_refund_closes_the_file(client: FlaskClient, order: Order) -> None:
    link = link_of(client, order)
    Order.update(status="refunded").where(Order.id == order.id).execute()
    refused = client.get(link)
    assert refused.status_code == 403 and "no longer available" in refused.text
    assert client.get(f"/orders/{order.token}/files/1").location == f"/orders/{order.token}"


def test_lost_bytes_are_said_and_not_counted(client: FlaskClient, app: Flask, order: Order) -> None:
    link = link_of(client, order)
    for path in Path(app.config["SHOP"].uploads_url).glob("file-*"):
        path.unlink()
    assert client.get(link).status_code == 503
    assert count(order) == 0


def bomb() -> bytes:
    """A ZIP of some kilobytes that unpacks to a hundred times as much, in a ZIP again."""
    content = bytes(3_000_000)
    for name in ("inside.zip", "bomb.zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        content = packed.getvalue()
    return content


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<html><script>alert(1)</script>", "page.html", "text/plain; charset=utf-8"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image.svg", "text/plain; charset=utf-8"),
        (b"GIF89a/*<script>*/=1", "polyglot.html", "image/gif"),
        (b"PK\x03\x04" + b"\0" * 100, "book.epub", "application/epub+zip"),
        (b"%PDF-1.7\n<script>alert(1)</script>", "both.html", "application/pdf"),
        (bomb(), "archive.zip", "application/zip"),
        (b"MZ\x90\0\x03", "setup.pdf", "application/octet-stream"),
    ],
)
def test_the_type_follows_the_content(
    client: FlaskClient, offer: Offer, simulator: Simulator, content: bytes, name: str, kind: str
) -> None:
    deliver(offer, stored(content, name))
    answer = client.get(link_of(client, buy(offer, simulator)))
    assert (answer.headers["Content-Type"], answer.data) == (kind, content)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        (
            "Книга «Їжак».pdf",
            "filename*=UTF-8''%D0%9A%D0%BD%D0%B8%D0%B3%D0%B0%20%C2%AB%D0%87%D0%B6%D0%B0%D0%BA%C2%BB.pdf",
        ),
        ("../../etc/passwd", 'filename="passwd"'),
        ("C:\\Users\\o\\a.txt", 'filename="a.txt"'),
        ("invoice\u202egpj.exe", 'filename="invoicegpj.exe"'),
        ('a";\r\nSet-Cookie: x=1.txt', 'filename="a_; Set-Cookie_ x=1.txt"'),
        ("...", 'filename="file"'),
        ("con.txt", 'filename="_con.txt"'),
    ],
)
def test_names_are_saved_as_they_are_meant(typed: str, saved: str) -> None:
    assert delivery.disposition(delivery.clean_file_name(typed)).endswith(f" {saved}")


def test_a_long_name_keeps_its_extension() -> None:
    name = delivery.clean_file_name("ї" * 400 + ".epub")
    assert name.endswith("ї.epub") and len(name.encode()) <= 200


@pytest.mark.parametrize("header", ["X-Accel-Redirect:/files", "X-Sendfile"])
def test_a_proxy_sends_the_file(
    environment: dict[str, str], app: Flask, client: FlaskClient, order: Order, header: str
) -> None:
    app.config["SHOP"] = replace(app.config["SHOP"], send_file_header=header)
    answer = client.get(link_of(client, order))
    name, key = header.partition(":")[0], f"file-{StoredFile.get().hash}"
    place = f"/files/{key}" if name == "X-Accel-Redirect" else str(Path(app.config["SHOP"].uploads_url) / key)
    assert (answer.status_code, answer.data, answer.headers[name]) == (200, b"", place)
    assert count(order) == 1


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStoreServer]:
    with running_object_store() as server:
        yield server


class TestInAnObjectStore:
    @pytest.fixture
    def environment(self, environment: dict[str, str], server: ObjectStoreServer) -> dict[str, str]:
        return {**environment, **server.new_bucket().environment}

    def test_the_store_sends_the_file_from_a_signed_address(self, client: FlaskClient, order: Order) -> None:
        link = link_of(client, order)
        answer = client.get(link)
        assert answer.status_code == 302 and count(order) == 1
        sent = requests.get(answer.location, headers={"Range": "bytes=9-"}, timeout=30)
        assert (sent.status_code, sent.content) == (206, CONTENT[9:])
        assert sent.headers["Content-Disposition"] == 'attachment; filename="Book.pdf"'
        assert sent.headers["Content-Type"] == "application/pdf"
        head = client.head(link)
        assert (head.status_code, head.content_length) == (200, len(CONTENT))

    def test_the_signature_is_that_of_amazons_own_library(self, order: Order, client: FlaskClient) -> None:

        address = client.get(link_of(client, order)).location
        parts, fields = urlsplit(address), parse_qs(urlsplit(address).query)
        own = {name: fields[name][0] for name in ("response-content-disposition", "response-content-type")}
        request = AWSRequest("GET", urlunsplit(parts._replace(query=urlencode(own))))
        auth = S3SigV4QueryAuth(
            Credentials("AKIAOLENASKEY0000000", "very-secret-key-of-the-store"), "s3", "us-east-1", expires=600
        )
        request.context["timestamp"] = fields["X-Amz-Date"][0]
        auth._modify_request_before_signing(request)
        text = auth.string_to_sign(request, auth.canonical_request(request))
        assert auth.signature(text, request) == fields["X-Amz-Signature"][0]
