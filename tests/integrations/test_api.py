"""The API: what other programs read with a token, as its description says."""

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import ApiToken, Merchant, Order
from storefront.models.integrations import api_token
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe
from tests.web.admin_pages import error_at, post, text_of

ADDRESS = "/admin/settings/api"


@pytest.fixture
def bearer(app: Flask) -> dict[str, str]:
    """The headers of a program with a token."""
    return {"Authorization": f"Bearer {ApiToken.issue('Books', 'olena@example.com', None)[1]}"}


def test_a_program_reads_page_after_page(
    app: Flask, client: FlaskClient, bearer: dict[str, str], merchant: Merchant, simulator: Simulator
) -> None:
    order = buy(make_offer(merchant, title="Tea"), simulator)
    subscription = subscribe(make_offer(merchant, kind="recurring"), simulator)
    first = client.get("/api/v1/orders?limit=1", headers=bearer).json
    assert first is not None and first["data"][0]["id"] == str(subscription.order.number) and first["next_cursor"]
    second = client.get(f"/api/v1/orders?limit=1&cursor={first['next_cursor']}", headers=bearer).json
    assert second is not None and second["next_cursor"] is None
    (found,) = second["data"]
    assert (found["id"], found["status"], found["amount"], found["mode"]) == (str(order.number), "paid", 1999, "test")
    assert client.get(f"/api/v1/orders/{order.number}", headers=bearer).json == found
    assert order.token not in str(found)
    customers = client.get("/api/v1/customers", headers=bearer).json
    assert customers is not None and customers["data"][0]["id"] == str(order.number)
    assert customers["data"][0]["totals"] == [{"mode": "test", "currency": "EUR", "paid": 3998, "refunded": 0}]
    assert client.get(f"/api/v1/customers/{order.number}", headers=bearer).json == customers["data"][0]
    own = client.get(f"/api/v1/subscriptions/{subscription.public_id}", headers=bearer).json
    assert own is not None and (own["status"], own["repeats"]) == ("active", {"every": 1, "interval": "month"})
    assert client.get("/api/v1/orders?mode=live", headers=bearer).json == {"data": [], "next_cursor": None}
    # The description is true of every answer, also of errors.
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json)
    for path, known in (
        ("orders", str(order.number)),
        ("customers", str(order.number)),
        ("offers", str(order.offer_id)),
        ("subscriptions", subscription.public_id),
    ):
        for query in ("", "?limit=101", "?cursor=nonsense"):
            answer = client.get(f"/api/v1/{path}{query}", headers=bearer)
            schema[f"/api/v1/{path}"]["GET"].validate_response(schemathesis.Response.from_any(answer))
        for given in (known, "x"):
            answer = client.get(f"/api/v1/{path}/{given}", headers=bearer)
            assert answer.status_code == (404 if given == "x" else 200)
            schema[f"/api/v1/{path}/{{id}}"]["GET"].validate_response(schemathesis.Response.from_any(answer))


def test_an_unchanged_answer_is_304(client: FlaskClient, bearer: dict[str, str], merchant: Merchant) -> None:
    make_offer(merchant)
    tag = client.get("/api/v1/offers", headers=bearer).headers["ETag"]
    same = client.get("/api/v1/offers", headers={**bearer, "If-None-Match": tag})
    assert same.status_code == 304 and not same.data
    make_offer(merchant)
    assert client.get("/api/v1/offers", headers={**bearer, "If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer sft_" + "x" * 43])
def test_without_a_token_that_works_nothing_is_read(client: FlaskClient, merchant: Merchant, sent: str) -> None:
    for address in ("orders", "orders/1001", "customers", "offers", "subscriptions"):
        answer = client.get(f"/api/v1/{address}", headers={"Authorization": sent})
        assert answer.status_code == 401 and answer.json is not None
        assert answer.json["error"]["code"] == "unauthorized" and answer.headers["WWW-Authenticate"] == "Bearer"


def test_errors_are_json(client: FlaskClient, bearer: dict[str, str]) -> None:
    for address, status, code in (
        ("orders?limit=0", 400, "invalid_limit"),
        ("orders?cursor=***", 400, "invalid_cursor"),
        ("offers?mode=live", 400, "invalid_mode"),
        ("orders?sort=up", 400, "unknown_parameter"),
        ("orders/99999999999999", 404, "not_found"),
        ("payments", 404, "not_found"),
    ):
        answer = client.get(f"/api/v1/{address}", headers=bearer)
        assert answer.json is not None
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code), address
        assert "Set-Cookie" not in answer.headers


def test_too_many_requests_of_a_token_have_to_wait(client: FlaskClient, bearer: dict[str, str]) -> None:
    ApiToken.update(requests=api_token.REQUESTS_PER_MINUTE - 1).execute()
    client.get("/api/v1/offers", headers=bearer)
    ApiToken.update(requests=api_token.REQUESTS_PER_MINUTE).execute()
    refused = client.get("/api/v1/offers", headers=bearer)
    if refused.status_code == 200:  # the next minute has begun meanwhile
        ApiToken.update(requests=api_token.REQUESTS_PER_MINUTE).execute()
        refused = client.get("/api/v1/offers", headers=bearer)
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
    with time_moved(minutes=1):
        assert client.get("/api/v1/offers", headers=bearer).status_code == 200


def test_a_token_is_shown_once_expires_and_is_revoked(admin: FlaskClient, app: Flask) -> None:
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text
    refused = post(admin, ADDRESS, name="", expires="2020-01-01")
    assert refused.status_code == 422 and error_at(refused.text, "name") == "Enter a name for this token."
    assert "Enter a future date" in error_at(refused.text, "expires") and 'value="2020-01-01"' in refused.text
    page = post(admin, ADDRESS, name="Books", expires="2099-12-31").text
    row = ApiToken.get()
    token = page.partition('id="new-token">')[2].partition("<")[0]
    assert token.startswith("sft_") and token not in row.token_hash
    program = app.test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/offers", headers=bearer).status_code == 200
    listed = admin.get(ADDRESS).text
    assert token not in listed and "Books" in text_of(listed) and ApiToken.get().last_used_at is not None
    ApiToken.update(expires_at=row.created_at).execute()
    assert program.get("/api/v1/offers", headers=bearer).status_code == 401
    ApiToken.update(expires_at=None).execute()
    post(admin, f"{ADDRESS}/{row.id}/revocation")
    assert program.get("/api/v1/offers", headers=bearer).status_code == 401
    assert "Revoked" in text_of(admin.get(ADDRESS).text) and not Order.select().exists()
