"""Admin → Settings → Timing and fraud limits."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Decline, Order, Payment
from tests.cards import DECLINED, INSUFFICIENT_FUNDS
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of

ADDRESS, SHOP = "/admin/settings/limits", "/admin/settings/shop"
VALUES = {
    "letter_after_minutes": 0,
    "order_expiry_hours": 24,
    "stock_hold_minutes": 20,
    "first_reminder_days": 0,
    "second_reminder_days": 2,
    "third_reminder_days": 7,
    "request_reminder_days": 4,
    "declines_per_order": 2,
    "declines_per_address_hour": 2,
    "declines_per_offer_hour": 0,
    "declines_per_merchant_hour": 5,
    "declines_refused_times": 2,
    "session_idle_hours": 48,
    "session_days": 0,
    "checkouts_per_address_hour": 5,
    "checkouts_per_email_hour": 6,
    "checkouts_per_shop_hour": 0,
    "checkouts_refused_times": 4,
    "presses_per_visit": 3,
    "code_guesses_per_address_hour": 21,
    "unpaid_emails_per_day": 50,
    "unpaid_orders_kept_days": 40,
    "email_texts_kept_days": 0,
    "events_kept_days": 60,
    "deliveries_kept_days": 45,
    "declines_kept_days": 50,
    "audit_kept_days": 400,
    "access_grace_days": 3,
    "keys_low": 25,
    "file_max_megabytes": 500,
    "file_link_hours": 24,
    "file_downloads": 5,
    "unused_files_kept_days": 60,
    "backups_kept_days": 8,
    "backups_kept_weeks": 0,
    "backups_kept_months": 6,
}


def test_defaults_are_shown_and_changed_values_are_saved(admin: FlaskClient) -> None:
    page = admin.get(ADDRESS).text
    defaults = {
        "letter_after_minutes": 15,
        "order_expiry_hours": 72,
        "first_reminder_days": 1,
        "second_reminder_days": 3,
        "third_reminder_days": 5,
        "declines_per_order": 10,
    }
    for name, value in defaults.items():
        assert f'name="{name}" type="text" value="{value}"' in page
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text
    answer = post(admin, ADDRESS, **VALUES)
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    assert status_of(admin.get(ADDRESS).text) == "Settings saved."
    assert settings.current() == settings.Settings(**VALUES)


def test_pages_show_times_in_the_shops_time_zone(admin: FlaskClient, simulator: Simulator) -> None:
    order = buy(make_offer(connect_merchant()), simulator)
    Order.update(created_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC)).where(Order.id == order.id).execute()
    address = f"/admin/orders/{order.token}"
    assert "Jan 31, 2026, 11:30:00\u202fPM UTC" in admin.get(address).text
    assert post(admin, SHOP, time_zone="Europe/Kyiv").status_code == 303
    assert "Feb 1, 2026, 1:30:00\u202fAM EET" in admin.get(address).text
    assert '<option value="Europe/Kyiv" selected>' in admin.get(SHOP).text
    assert post(admin, SHOP).status_code == 303
    assert '<option value="Europe/Kyiv" selected>' in admin.get(SHOP).text, "a time zone that is not sent stays"
    assert post(admin, SHOP, time_zone="Europe/Nowhere").status_code == 422


def test_a_value_out_of_range_shows_an_error_at_its_field(admin: FlaskClient) -> None:
    for typed in ("-1", "1.5", "", "many", "100001", "٣", "1e3"):
        answer = post(admin, ADDRESS, **{**VALUES, "order_expiry_hours": typed})
        assert answer.status_code == 422, typed
        assert error_at(answer.text, "order_expiry_hours") == "Enter a whole number from 0 to 100000."
        assert error_at(answer.text, "letter_after_minutes") == ""
    assert settings.current() == settings.Settings()


def test_the_page_shows_which_limits_were_reached(admin: FlaskClient, app: Flask, simulator: Simulator) -> None:
    offer = make_offer(connect_merchant(), title="Evening")
    assert "Recently reached limits" not in admin.get(ADDRESS).text
    settings.save({"declines_per_order": 2, "declines_per_address_hour": 2, "declines_per_offer_hour": 2})
    started = start_checkout(offer)
    for number in (DECLINED, INSUFFICIENT_FUNDS):
        confirm(simulator, started, number)
        refresh(started.order)
    order = Order.get()
    assert order.status == "failed"
    for address in (ADDRESS, "/admin"):
        words = text_of(admin.get(address).text)
        assert "Recently reached limits" in words
        assert "IP address 192.0.2.7: 2 declined cards within the hour" in words
        assert "Evening : 2 declined cards within the hour" in words or "Evening: 2 declined" in words
        assert f"#{order.number} Too many declined cards" in words
        assert alerts_of(admin.get(address).text) == ""
    assert "Too many declined cards. The order can no longer be paid." in text_of(
        admin.get(f"/admin/orders/{order.token}").text
    )
    assert Decline.select().join(Payment).where(Payment.order == order).count() == 2
