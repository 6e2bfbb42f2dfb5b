"""Files that the owner uploads: in parts that can be resumed, or with a plain form; and replacing them."""

import hashlib
import io
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from storefront import create_app, delivery, settings, worker
from storefront.config import Config
from storefront.models import Deliverable, Email, FileUpload, Offer, StoredFile
from storefront.worker import retention
from tests.cast import LESIA
from tests.delivered_files import deliver, stored
from tests.object_store import running_object_store
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.web.admin_pages import error_at, post, token_of
from tests.web_client import browser

UPLOADS = "/admin/file-uploads"
BOOK = b"%PDF-1.7 " + b"a page " * 40_000


def begin(admin: FlaskClient, name: str = "Книга.pdf", size: int = len(BOOK)) -> str:
    answer = post(admin, UPLOADS, name=name, size=size)
    assert answer.status_code == 200, answer.text
    return str(answer.json["upload"]) if answer.json else ""


def send(admin: FlaskClient, upload: str, offset: int, content: bytes) -> TestResponse:
    part = FileStorage(io.BytesIO(content), filename="part")
    data = {"csrf_token": token_of(admin), "offset": str(offset), "part": part}
    return admin.post(f"{UPLOADS}/{upload}", data=data, content_type="multipart/form-data")


def add(admin: FlaskClient, offer: Offer, **fields: object) -> TestResponse:
    data = {"csrf_token": token_of(admin), **fields}
    return admin.post(f"/admin/offers/{offer.id}/files", data=data, content_type="multipart/form-data")


def attached(content: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def uploads(app: Flask) -> Path:
    return Path(app.config["SHOP"].uploads_url)


def test_a_file_arrives_in_parts_and_goes_on_where_it_stopped(app: Flask, admin: FlaskClient, offer: Offer) -> None:
    upload, middle = begin(admin, "../Книга.pdf"), 100_000
    assert send(admin, upload, 0, BOOK[:middle]).json == {"received": middle}
    # The answer was lost, and the script sends the part again; or it begins somewhere else.
    again = send(admin, upload, 0, BOOK[:middle])
    assert (again.status_code, again.json) == (409, {"received": middle})
    assert admin.get(f"{UPLOADS}/{upload}").json == {"received": middle}
    assert not StoredFile.select().exists() and not list(uploads(app).glob("[!.]*"))
    done = send(admin, upload, middle, BOOK[middle:])
    file = StoredFile.get()
    assert done.json == {"received": len(BOOK), "file": file.id, "name": "Книга.pdf", "size": len(BOOK)}
    assert (file.hash, file.content_type) == (hashlib.sha256(BOOK).hexdigest(), "application/pdf")
    assert (uploads(app) / f"file-{file.hash}").read_bytes() == BOOK
    assert not FileUpload.select().exists() and not list(uploads(app).glob(".*"))

    assert add(admin, offer, stored=str(file.id)).status_code == 303
    row = Deliverable.get()
    assert (row.title, row.file_id, row.kind) == ("Книга.pdf", file.id, "file")
    assert "Книга.pdf" in admin.get(f"/admin/offers/{offer.id}").text


def test_two_hosts_with_an_object_store_take_parts_of_one_file(
    app: Flask, admin: FlaskClient, offer: Offer, simulator: Simulator, environment: dict[str, str], tmp_path: Path
) -> None:
    shop = app.config["SHOP"]
    keys = {"SECRET_KEY": shop.secret_key, "ENCRYPTION_KEYS": ",".join(shop.encryption_keys)}
    shared = {**environment, **keys, "DATABASE_URL": shop.database_url}
    with running_object_store() as store:
        shared |= store.new_bucket().environment
        first, second = (
            create_app(Config.from_environment({**shared, "INSTANCE_DIR": str(tmp_path / name)}))
            for name in ("first", "second")
        )
        session, (one, two) = admin.get_cookie("session"), (browser(first), browser(second))
        for client in (one, two):
            client.set_cookie("session", session.value if session else "")
        upload, middle = begin(one), 100_000
        assert send(one, upload, 0, BOOK[:middle]).json == {"received": middle}
        assert two.get(f"{UPLOADS}/{upload}").json == {"received": middle}
        assert send(two, upload, middle, BOOK[middle:]).status_code == 200
        with first.app_context():
            deliver(offer, StoredFile.get())
            order = buy(offer, simulator)
        for client in (one, two):
            signed = client.get(f"/orders/{order.token}/files/{Deliverable.get().id}").location
            sent = requests.get(client.get(signed).location, timeout=30)
            assert sent.content == BOOK and sent.headers["Content-Disposition"].startswith("attachment;")
        assert not list(tmp_path.glob("*/uploads/*"))


def test_a_killed_upload_leaves_no_half_file(app: Flask, admin: FlaskClient) -> None:
    send(admin, begin(admin), 0, BOOK[:1000])
    assert list(uploads(app).glob(".part-*")) and not StoredFile.select().exists()
    with time_moved(days=3):
        retention.delete_old_rows()
    assert not FileUpload.select().exists() and not list(uploads(app).glob(".part-*"))


def test_more_than_was_announced_is_refused(admin: FlaskClient) -> None:
    upload = begin(admin, size=10)
    assert send(admin, upload, 0, b"eleven byte").status_code == 422
    assert not StoredFile.select().exists()


@pytest.mark.parametrize(
    ("size", "words"), [(0, "empty"), (3_000_000, "too large"), (-5, "empty"), (10**14, "too large")]
)
def test_the_size_is_checked_before_anything_is_sent(admin: FlaskClient, size: int, words: str) -> None:
    settings.save({"file_max_megabytes": 2})
    answer = post(admin, UPLOADS, name="a.zip", size=size)
    assert answer.status_code == 422 and answer.json and words in answer.json["error"]


def test_the_disk_keeps_free_space(admin: FlaskClient) -> None:
    settings.save({"file_max_megabytes": 0})
    answer = post(admin, UPLOADS, name="a.zip", size=10**15 - 1)
    assert answer.status_code == 422 and answer.json and "free space" in answer.json["error"]


def test_uploads_belong_to_their_admin(admin: FlaskClient, client: FlaskClient) -> None:
    upload = begin(admin)
    assert client.post(UPLOADS, data={"name": "a", "size": "1"}).status_code in (302, 400, 403)
    assert client.get(f"{UPLOADS}/{upload}").status_code == 302
    assert admin.get(f"{UPLOADS}/{upload[:-1]}").status_code == 404
    assert admin.post(UPLOADS, data={"name": "a", "size": "1"}).status_code == 400


def test_a_plain_form_uploads_a_file(admin: FlaskClient, offer: Offer) -> None:
    # Larger than other forms may be.
    content = b"PK\x03\x04" + bytes(3_000_000)
    answer = add(admin, offer, file=attached(content, "../Рівень.ZIP"), title="Photos", for_earlier="y")
    assert answer.status_code == 303, answer.text
    row = Deliverable.get()
    assert (row.title, row.file.name, row.file.size) == ("Photos", "Рівень.ZIP", len(content))
    assert row.file.content_type == "application/zip"


def test_without_a_file_nothing_typed_is_lost(admin: FlaskClient, offer: Offer) -> None:
    answer = add(admin, offer, title="The book")
    assert answer.status_code == 422
    assert error_at(answer.text, "file") == "Choose a file." and 'value="The book"' in answer.text
    settings.save({"file_max_megabytes": 1})
    large = add(admin, offer, file=attached(bytes(1_500_000), "a.bin"))
    assert large.status_code == 422 and "too large" in error_at(large.text, "file")
    beyond = add(admin, offer, file=attached(bytes(3_000_000), "a.bin"))
    assert beyond.status_code == 413 and "Nothing was saved" in beyond.text
    assert not Deliverable.select().exists()


def test_the_same_bytes_are_stored_once(app: Flask, admin: FlaskClient) -> None:
    first, second = stored(BOOK, "a.pdf"), stored(BOOK, "b.pdf")
    assert first.id != second.id and first.hash == second.hash
    assert len(list(uploads(app).iterdir())) == 1


def test_a_new_version_reaches_earlier_customers_where_the_owner_wants_it(
    admin: FlaskClient, client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    row = deliver(offer, stored(b"first edition", "Book.txt"))
    order = buy(offer, simulator)
    address = f"/admin/offers/{offer.id}/files/{row.id}/replacement"
    assert "Book.txt" in admin.get(address).text

    def replace(content: bytes, **fields: str) -> Deliverable:
        data = {"csrf_token": token_of(admin), "file": attached(content, "Book.txt"), **fields}
        current = Deliverable.get(Deliverable.removed_at.is_null())
        place = f"/admin/offers/{offer.id}/files/{current.id}/replacement"
        assert admin.post(place, data=data, content_type="multipart/form-data").status_code == 303
        return Deliverable.get(Deliverable.removed_at.is_null())

    def file_of(token: str) -> bytes:
        page = client.get(f"/orders/{token}/thank-you").text
        link = page.partition(f'href="/orders/{token}/files/')[2].partition('"')[0]
        return client.get(f"/orders/{token}/files/{link}", follow_redirects=True).data

    replace(b"second edition")
    later = buy(offer, simulator, LESIA)
    assert (file_of(order.token), file_of(later.token)) == (b"first edition", b"second edition")
    replace(b"third edition", for_earlier="y")
    assert (file_of(order.token), file_of(later.token)) == (b"third edition", b"third edition")
    worker.tasks.send_emails()
    written = {email.order_id for email in Email.select().where(Email.kind == "delivery_changed")}
    assert written == {order.id, later.id}


def test_bytes_that_nobody_can_get_are_deleted_after_a_time(app: Flask, offer: Offer, simulator: Simulator) -> None:
    old = deliver(offer, stored(b"first edition"))
    unused, twin = stored(b"never used"), stored(b"first edition", "same.pdf")
    buy(offer, simulator)
    new = delivery.replace_file(old, stored(b"second edition"), False)
    for days in (1, 40):
        with time_moved(days=days):
            retention.delete_old_rows()
    # An earlier customer still has the first edition.
    assert StoredFile.get_or_none(StoredFile.id == unused.id) is None
    assert {path.name for path in uploads(app).iterdir()} == {f"file-{old.file.hash}", f"file-{new.file.hash}"}
    newest = delivery.replace_file(new, stored(b"third edition"), True)
    for days in (41, 80):
        with time_moved(days=days):
            retention.delete_old_rows()
    assert StoredFile.get_or_none(StoredFile.id == twin.id) is None
    kept = {path.name for path in uploads(app).iterdir()}
    assert f"file-{newest.file.hash}" in kept and f"file-{new.file.hash}" not in kept
