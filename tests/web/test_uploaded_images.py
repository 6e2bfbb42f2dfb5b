"""Images of offers in a folder and in an object store: stored, served, removed; and while the store is away."""

import io
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from storefront import offers, operations
from storefront.models import Merchant, Offer
from storefront.offers.uploads.folder import UploadFolder
from storefront.operations.doctor.shop import findings
from tests.factories import make_offer
from tests.object_store import Bucket, ObjectStoreServer, running_object_store
from tests.trouble.tcp_proxy import TcpProxy
from tests.web.admin_pages import error_at, token_of


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStoreServer]:
    with running_object_store() as server:
        yield server


@pytest.fixture
def network(server: ObjectStoreServer) -> Iterator[TcpProxy]:
    """The network between the shop and the object store."""
    with TcpProxy(("127.0.0.1", server.port)) as proxy:
        yield proxy


@pytest.fixture
def bucket(server: ObjectStoreServer, network: TcpProxy) -> Bucket:
    return Bucket(f"http://127.0.0.1:{network.port}", server.new_bucket().name)


@pytest.fixture(params=["folder", "object store"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the shop stores uploaded files. Tests about one of them override it."""
    return str(request.param)


@pytest.fixture
def environment(environment: dict[str, str], place: str, bucket: Bucket) -> dict[str, str]:
    return {**environment, **(bucket.environment if place == "object store" else {})}


in_the_object_store = pytest.mark.parametrize("place", ["object store"], indirect=True)


def image(width: int = 1000, height: int = 600) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


def save(admin: FlaskClient, address: str = "/admin/offers", **changes: object) -> TestResponse:
    """Post the offer's form; `picture` are the bytes of a file."""
    fields: dict[str, object] = {"title": "Evening", "price": "19.99", "currency": "EUR", "merchant": ""}
    fields |= {"language": "en", "status": "draft", "max_quantity": "1", "csrf_token": token_of(admin)}
    picture = changes.pop("picture", None)
    if isinstance(picture, bytes):
        changes["picture"] = FileStorage(io.BytesIO(picture), filename="a.png", content_type="image/png")
    return admin.post(address, data={**fields, **changes}, content_type="multipart/form-data")


def names_of(offer: Offer) -> set[str]:
    return {f"{offer.picture}-{width}.webp" for width in (480, 960)}


def test_an_image_is_stored_served_with_a_year_of_caching_and_removed(
    admin: FlaskClient, client: FlaskClient, place: str, bucket: Bucket, environment: dict[str, str]
) -> None:
    address = save(admin, picture=image()).location
    offer = Offer.get()
    assert set(offers.upload_store().list_keys()) == names_of(offer)
    if place == "object store":
        assert set(bucket.keys()) == {f"shop/{name}" for name in names_of(offer)}
        assert not (Path(environment["INSTANCE_DIR"]) / "uploads").exists()
    else:
        folder = Path(environment["INSTANCE_DIR"]) / "uploads"
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})

    shown = client.get(f"/pictures/{offer.picture}-480.webp")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert {"public", "immutable", "max-age=31536000"} == set(shown.headers["Cache-Control"].split(", "))
    assert Image.open(io.BytesIO(shown.data)).size == (480, 288)
    known = client.get(f"/pictures/{offer.picture}-480.webp", headers={"If-None-Match": shown.headers["ETag"]})
    assert (known.status_code, known.headers["ETag"]) == (304, shown.headers["ETag"])
    assert known.headers["Cache-Control"] == shown.headers["Cache-Control"]
    part = client.get(f"/pictures/{offer.picture}-480.webp", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    for other in (f"{'a' * 24}-480", f"{offer.picture}-1600", f"..%2f{offer.picture}-480", f"{offer.picture}-481"):
        assert client.get(f"/pictures/{other}.webp").status_code == 404

    save(admin, address, picture=image(500, 500))
    assert set(offers.upload_store().list_keys()) == {f"{Offer.get().picture}-480.webp"}
    save(admin, address, remove_picture="y")
    assert set(offers.upload_store().list_keys()) == set()


def test_the_doctor_writes_reads_and_deletes_a_file(app: Flask, place: str) -> None:
    found = {finding.code: finding.grade for finding in findings(app.config["SHOP"])}
    assert found["uploads_usable"] == "green"
    assert set(offers.upload_store().list_keys()) == set()


def test_a_backup_has_the_files_and_a_restore_brings_them_back(
    app: Flask, merchant: Merchant, tmp_path: Path, place: str, environment: dict[str, str]
) -> None:
    offer = make_offer(merchant, picture=image())
    made = operations.backup(app.config["SHOP"], tmp_path / "shop.backup")
    assert made.images == 2
    contents = {key: b"".join(offers.upload_store().read(key)) for key in names_of(offer)}
    if place == "object store":
        for key in contents:
            offers.upload_store().delete(key)
    else:
        shutil.rmtree(Path(environment["INSTANCE_DIR"]) / "uploads")
    operations.restore(app.config["SHOP"], tmp_path / "shop.backup")
    assert {key: b"".join(offers.upload_store().read(key)) for key in offers.upload_store().list_keys()} == contents


@in_the_object_store
def test_without_the_store_pages_are_served_and_forms_say_what_to_do(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant, network: TcpProxy, tmp_path: Path, app: Flask
) -> None:
    offer = make_offer(merchant, slug="evening", picture=image())
    with network.refusing():
        away = client.get(f"/pictures/{offer.picture}-480.webp")
        assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
        assert away.headers["Cache-Control"] == "no-store"
        page = client.get("/o/evening")
        assert page.status_code == 200 and f"/pictures/{offer.picture}-960.webp" in page.text

        refused = save(admin, f"/admin/offers/{offer.id}", title="Ink and paper", picture=image(500, 500))
        assert refused.status_code == 422 and 'value="Ink and paper"' in refused.text
        assert error_at(refused.text, "picture").startswith("The image couldn’t be stored")
        assert Offer.get().picture == offer.picture and Offer.get().title == offer.title
        assert save(admin, f"/admin/offers/{offer.id}", remove_picture="y").status_code == 303
        assert Offer.get().picture == ""

        broken = next(one for one in findings(app.config["SHOP"]) if one.code == "uploads_unusable")
        assert broken.grade == "red" and "very-secret" not in str(broken.detail)
        with pytest.raises(operations.BackupError, match="UPLOADS_URL"):
            operations.backup(app.config["SHOP"], tmp_path / "shop.backup")
        assert not list(tmp_path.glob("*.backup"))
    assert save(admin, f"/admin/offers/{offer.id}", picture=image()).status_code == 303
    assert client.get(f"/pictures/{Offer.get().picture}-480.webp").status_code == 200


@in_the_object_store
def test_a_silent_store_is_not_asked_again_at_once(client: FlaskClient, merchant: Merchant, network: TcpProxy) -> None:
    offer = make_offer(merchant, slug="evening", picture=image())
    with network.swallowing():
        assert client.get(f"/pictures/{offer.picture}-480.webp").status_code == 503
        connections = network.open_connections
        assert client.get(f"/pictures/{offer.picture}-960.webp").status_code == 503
        assert network.open_connections == connections


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_a_file_that_cannot_be_written_whole_leaves_nothing(app: Flask, place: str, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a beginning"
        raise OSError("the connection has ended")

    store = UploadFolder(tmp_path / "files")
    with pytest.raises(OSError, match="has ended"):
        store.write("a-480.webp", chunks())
    assert list((tmp_path / "files").iterdir()) == []
