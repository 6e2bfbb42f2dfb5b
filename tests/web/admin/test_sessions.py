"""Sessions of the admin: a row for each sign-in. A copied cookie is worth nothing once the session has ended."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Admin, AdminSession, Role, now
from storefront.worker import tasks
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.shop_clock import time_moved
from tests.web.admin_pages import post
from tests.web.query_count import queries_of
from tests.web_client import browser, csrf_token

NEW_PASSWORD = "another long one"
SIGN_IN_PAGE = "/admin/login?next=/admin/orders"


def copy_of(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser, with the session cookie that this one has now."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief = browser(app)
    thief.set_cookie("session", cookie.value)
    return thief


def is_signed_in(client: FlaskClient) -> bool:
    answer = client.get("/admin/orders")
    assert answer.status_code == 200 or answer.location == SIGN_IN_PAGE
    return answer.status_code == 200


def leave_unused(**time: float) -> None:
    """Nobody has used the sessions for so long."""
    AdminSession.update(last_seen_at=now() - timedelta(**time)).execute()


def test_a_cookie_copied_before_the_sign_out_is_refused_afterwards(admin: FlaskClient, app: Flask) -> None:
    thief = copy_of(admin, app)
    assert is_signed_in(thief)
    post(admin, "/admin/sign-out")
    assert not is_signed_in(thief)
    assert not AdminSession.select().exists()


def test_a_cookie_copied_before_a_new_password_is_refused_afterwards(admin: FlaskClient, app: Flask) -> None:
    thief = copy_of(admin, app)
    answer = post(admin, "/admin/password", present=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.status_code == 303
    assert is_signed_in(admin) and not is_signed_in(thief)
    Admin.set_password(OWNER_EMAIL, PASSWORD, role=Role.OWNER)
    assert not is_signed_in(admin), "set on the command line"


def test_a_sign_in_with_the_old_password_that_a_new_one_overtakes_is_no_session(app: Flask) -> None:
    olena = make_owner()
    Admin.set_password(olena.email, NEW_PASSWORD)
    session = AdminSession.begin(olena)
    assert AdminSession.find(session.key) is None


def test_a_session_that_nobody_uses_ends(admin: FlaskClient, app: Flask) -> None:
    thief = copy_of(admin, app)
    leave_unused(hours=23, minutes=59)
    assert is_signed_in(admin)
    leave_unused(hours=24, seconds=1)
    assert not is_signed_in(admin) and not is_signed_in(thief)


def test_each_session_ends_after_thirty_days_however_much_it_is_used(admin: FlaskClient, app: Flask) -> None:
    thief = copy_of(admin, app)
    for age, is_valid in ((timedelta(days=29, hours=23), True), (timedelta(days=30, seconds=1), False)):
        leave_unused(hours=1)
        AdminSession.update(started_at=now() - age).execute()
        assert is_signed_in(thief) == is_valid


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (2, 0), (0, 2)])
def test_the_owner_changes_the_limits_and_zero_is_none(admin: FlaskClient, hours: int, days: int) -> None:
    settings.save({"session_idle_hours": hours, "session_days": days})
    for idle_hours, age_days in ((1, 1), (1, 3), (3, 3), (1000, 1000)):
        session = AdminSession(
            last_seen_at=now() - timedelta(hours=idle_hours), started_at=now() - timedelta(days=age_days)
        )
        over = bool((hours and idle_hours > hours) or (days and age_days > days))
        assert session.is_over(*settings.current().session_limits) == over, (idle_hours, age_days)
    AdminSession.update(last_seen_at=session.last_seen_at, started_at=session.started_at).execute()
    assert is_signed_in(admin) == (hours == days == 0)


def test_a_session_of_a_clock_that_was_far_ahead_ends(admin: FlaskClient) -> None:
    leave_unused(days=-365)
    assert not is_signed_in(admin)


def test_a_page_asks_once_for_the_session_and_writes_once_a_minute(admin: FlaskClient) -> None:
    leave_unused(minutes=5)
    first = queries_of(admin, "/admin/password")
    assert now() - AdminSession.get().last_seen_at < timedelta(minutes=1)
    seen = AdminSession.get().last_seen_at
    assert queries_of(admin, "/admin/password") == first - 2, "the limits and the time are not read and written again"
    assert AdminSession.get().last_seen_at == seen


def test_a_restore_brings_no_session_back(
    admin: FlaskClient, app: Flask, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    thief, file = copy_of(admin, app), str(tmp_path / "shop.backup")
    run = app.test_cli_runner()
    assert run.invoke(args=["backup", file]).exit_code == 0
    post(admin, "/admin/sign-out")
    restored = run.invoke(args=["restore", file])
    assert restored.exit_code == 0, restored.output
    assert not is_signed_in(thief)


def test_other_browsers_stay_signed_in_after_a_sign_out(admin: FlaskClient, app: Flask) -> None:
    other = browser(app)
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(other.get("/admin/login").text)}
    assert other.post("/admin/login", data=form).status_code == 303
    post(admin, "/admin/sign-out")
    assert is_signed_in(other)


def test_the_worker_deletes_sessions_that_are_over(app: Flask) -> None:
    olena = make_owner()
    kept, idle, old, of_old_password = (AdminSession.begin(olena) for _ in range(4))
    AdminSession.update(last_seen_at=now() - timedelta(hours=25)).where(AdminSession.id == idle.id).execute()
    AdminSession.update(started_at=now() - timedelta(days=31)).where(AdminSession.id == old.id).execute()
    AdminSession.update(password_version=0).where(AdminSession.id == of_old_password.id).execute()
    with app.app_context():
        tasks.delete_old_rows()
    assert [row.id for row in AdminSession.select()] == [kept.id]


def test_a_sign_out_clears_what_the_browser_keeps_but_not_that_it_is_known(admin: FlaskClient) -> None:
    answer = post(admin, "/admin/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in admin.get("/admin/login").headers


def test_the_idle_limit_follows_the_shops_clock(admin: FlaskClient) -> None:
    with time_moved(hours=25):
        assert not is_signed_in(admin)
