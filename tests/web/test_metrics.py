"""`/metrics`: access control and values."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from storefront import create_app, db
from storefront.config import VERSION, Config
from storefront.models import WebhookEvent, WebhookRefusal, now
from storefront.worker import heartbeat
from stripe_simulator import accounts
from tests.cards import DECLINED
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator

Numbers = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def shop_with(environment: dict[str, str]) -> Callable[..., Flask]:
    """A function that creates the shop with additional environment variables."""

    def make(**more: str) -> Flask:
        config = Config.from_environment({**environment, **more})
        app = create_app(config)
        db.migrate(config)
        return app

    return make


def asked(app: Flask, peer: str = "127.0.0.1", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=named, environ_base={"REMOTE_ADDR": peer})


def numbers(answer: TestResponse) -> Numbers:
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: Numbers, name: str, **labels: str) -> float | None:
    return found.get((f"storefront_{name}", tuple(sorted(labels.items()))))


def test_an_empty_shop_has_valid_prometheus_metrics(app: Flask) -> None:
    answer = asked(app)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    found = numbers(answer)
    assert value(found, "orders", mode="live", status="paid") == 0
    assert value(found, "webhook_events_waiting") == 0
    assert value(found, "webhook_oldest_waiting_age_seconds") == 0
    assert (value(found, "webhook_delay_seconds"), value(found, "letters_oldest_due_age_seconds")) == (0, 0)
    assert value(found, "worker_heartbeat_age_seconds") == float("inf"), "no heartbeat yet"
    size = value(found, "database_size_bytes")
    assert size is not None and size > 0
    builds = [dict(labels) for name, labels in found if name == "storefront_build_info"]
    assert [build["version"] for build in builds] == [VERSION]


def test_test_and_live_orders_and_payments_are_counted_separately(app: Flask, simulator: Simulator) -> None:
    in_test = make_offer(connect_merchant())
    live = make_offer(connect_merchant(mode="live"))
    buy(in_test, simulator)
    start_checkout(live)
    start_checkout(live, type(MARKO)("kenji@example.com", "Kenji", "visit-of-kenji-0001", "en"))

    found = numbers(asked(app))
    assert value(found, "orders", mode="test", status="paid") == 1
    assert value(found, "orders", mode="test", status="pending") == 0
    assert value(found, "orders", mode="live", status="pending") == 2
    assert value(found, "payments", mode="test", status="succeeded") == 1
    assert value(found, "payments", mode="live", status="requires_payment_method") == 2
    assert value(found, "letters", state="kept") is not None
    assert {1999, 19.99}.isdisjoint(numbers(asked(app)).values()), "metrics contain no amounts"


def test_requests_and_calls_to_stripe_are_counted_with_their_times(app: Flask, simulator: Simulator) -> None:
    buy(make_offer(connect_merchant()), simulator)
    before = numbers(asked(app))
    for path in ("/", "/", "/nowhere"):
        app.test_client().get(path)
    found = numbers(asked(app))
    gained = {status: (value(found, "requests_total", status=status) or 0) for status in ("200", "404")}
    assert gained == {"200": (value(before, "requests_total", status="200") or 0) + 3, "404": 1}
    assert value(found, "requests_seconds_bucket", le="+Inf") == sum(gained.values())
    assert (value(found, "requests_seconds_sum") or 0) > 0
    assert (value(found, "stripe_calls_total", result="2xx") or 0) >= 1
    assert value(found, "stripe_calls_seconds_bucket", le="+Inf") == value(found, "stripe_calls_seconds_count")


def test_the_delay_of_handled_events_is_their_mean(app: Flask) -> None:
    merchant, at = connect_merchant(), now()
    for seconds in (2, 4):
        event = {"merchant": merchant, "event_id": f"evt_{seconds}", "type": "charge.refunded", "handled_at": at}
        WebhookEvent.create(**event, occurred_at=at - timedelta(seconds=seconds))
    assert value(numbers(asked(app)), "webhook_delay_seconds") == pytest.approx(3, abs=0.1)


def test_events_refused_deliveries_and_the_heartbeat_are_included(app: Flask, simulator: Simulator) -> None:
    merchant = connect_merchant()
    for minutes in (10, 5):
        event = {"merchant": merchant, "event_id": f"evt_{minutes}", "type": "charge.refunded"}
        WebhookEvent.create(**event, received_at=now() - timedelta(minutes=minutes))
    WebhookRefusal.record(merchant, "signature")
    WebhookRefusal.record(merchant, "signature")
    WebhookRefusal.record(None, "unknown")
    heartbeat.record_heartbeat()

    found = numbers(asked(app))
    assert value(found, "webhook_events_waiting") == 2
    age = value(found, "webhook_oldest_waiting_age_seconds")
    assert age is not None and 600 <= age < 900
    assert value(found, "webhook_refusals_total", reason="signature") == 2
    assert value(found, "webhook_refusals_total", reason="unknown") == 1
    beat = value(found, "worker_heartbeat_age_seconds")
    assert beat is not None and 0 <= beat < 180


def test_declines_of_the_last_hour_are_counted(app: Flask, simulator: Simulator) -> None:
    started = start_checkout(make_offer(connect_merchant(accounts.OLENA)))
    assert started.client_secret
    simulator.confirm(started.order.merchant.publishable_key, started.client_secret, DECLINED)
    app.test_client().get(f"/orders/{started.order.token}")
    assert value(numbers(asked(app)), "declines_last_hour", mode="test") == 1


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_without_a_token_localhost_can_read_them(app: Flask, peer: str) -> None:
    assert asked(app, peer).status_code == 200


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "2001:db8::1", ""])
def test_without_a_token_other_addresses_cannot_read_them(app: Flask, peer: str) -> None:
    answer = asked(app, peer)
    assert answer.status_code == 403
    assert "storefront_" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "192.0.2.7"},
        {"X_Forwarded_For": "192.0.2.7, 127.0.0.1"},
        {"X_Forwarded_For": "nonsense"},
        {"X_Forwarded_Proto": "https"},
        {"X_Real_IP": "192.0.2.7"},
        {"Forwarded": "for=192.0.2.7"},
        {"Via": "1.1 proxy"},
    ],
)
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_a_request_forwarded_by_a_local_proxy_is_not_localhost(
    shop_with: Callable[..., Flask], proxies: str, headers: dict[str, str]
) -> None:
    assert asked(shop_with(TRUSTED_PROXIES=proxies), **headers).status_code == 403


def test_a_forged_forwarded_header_is_not_localhost(shop_with: Callable[..., Flask]) -> None:
    assert asked(shop_with(), "192.0.2.7", X_Forwarded_For="127.0.0.1").status_code == 403
    # A trusted proxy appends its entry at the end; entries before it are ignored.
    behind = shop_with(TRUSTED_PROXIES="1")
    assert asked(behind, X_Forwarded_For="127.0.0.1, 192.0.2.7").status_code == 403


def test_localhost_through_its_own_trusted_proxy_is_localhost(shop_with: Callable[..., Flask]) -> None:
    assert asked(shop_with(TRUSTED_PROXIES="1"), X_Forwarded_For="127.0.0.1").status_code == 200


def test_with_a_token_every_client_needs_it(shop_with: Callable[..., Flask]) -> None:
    app = shop_with(METRICS_TOKEN="long random words")
    for headers in ({}, {"Authorization": "Bearer long random word"}, {"Authorization": "Basic long random words"}):
        answer = asked(app, **headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "long random" not in answer.text and "storefront_" not in answer.text
    assert asked(app, "192.0.2.7", Authorization="Bearer long random words").status_code == 200
    assert asked(app, "192.0.2.7", Authorization="bearer long random words").status_code == 200
