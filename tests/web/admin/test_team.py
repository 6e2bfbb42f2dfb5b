"""Settings → Team: inviting, accepting, changing roles, removing; and the link for a forgotten password."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails
from storefront.db import db
from storefront.models import Admin, Email, Role, TeamInvitation, now
from storefront.team import change_role, remove
from tests.factories import PASSWORD, make_admin
from tests.mail_server import MailServer
from tests.shop_clock import time_moved
from tests.web.admin_pages import alerts_of, error_at, post, text_of
from tests.web_client import browser, csrf_token, sign_in

TEAM = "/admin/settings/team"
NEW_PASSWORD = "seven green kettles sing"


@pytest.fixture
def environment(environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
    """A shop that sends mail."""
    return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}


def mailed_link(mail_server: MailServer, part: str) -> str:
    """The path of the newest link with this part that was mailed."""
    emails.send_due()
    links = [
        found
        for message in mail_server.received
        for found in re.findall(
            rf"http://shop\.example\.com(/admin/{part}/\S+)", message.get_body(("plain",)).get_content()
        )
    ]
    return str(links[-1])


def send_form(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Fill in the form of a page for people who are not signed in."""
    return client.post(address, data={"csrf_token": csrf_token(client.get(address).text), **fields})


def invite(admin: FlaskClient, email: str = "maria@example.com", role: str = "manager") -> TestResponse:
    return post(admin, f"{TEAM}/invitations", email=email, role=role)


def join(client: FlaskClient, link: str, password: str = NEW_PASSWORD) -> TestResponse:
    return send_form(client, link, password=password, again=password)


def test_an_invited_person_chooses_a_password_and_has_the_role(
    admin: FlaskClient, app: Flask, mail_server: MailServer
) -> None:
    assert invite(admin).status_code == 303
    page = text_of(admin.get(TEAM).text)
    assert "Invitation sent to maria@example.com" in page and "Invited" in page
    link, maria = mailed_link(mail_server, "invitations"), browser(app)
    form = text_of(maria.get(link).text)
    assert "olena@example.com has invited you" in form and "Manager" in form
    weak = join(maria, link, "password1")
    assert weak.status_code == 422 and "easy to guess" in weak.text
    assert join(maria, link).status_code == 303
    assert maria.get("/admin/offers/new").status_code == 200 and maria.get(TEAM).status_code == 403
    again = browser(app).get(link)
    assert again.status_code == 410 and "no longer works" in again.text
    assert TeamInvitation.select().count() == 0
    sign_in(browser(app), "maria@example.com", NEW_PASSWORD)


def test_an_invitation_expires_is_withdrawn_and_sent_again(
    admin: FlaskClient, app: Flask, mail_server: MailServer
) -> None:
    invite(admin)
    first, guest = mailed_link(mail_server, "invitations"), browser(app)
    waiting = TeamInvitation.get()
    TeamInvitation.update(sent_at=now() - timedelta(days=7, minutes=1)).execute()
    assert guest.get(first).status_code == 410 and "Expired" in admin.get(TEAM).text
    assert post(admin, f"{TEAM}/invitations/{waiting.id}/again").status_code == 303
    second = mailed_link(mail_server, "invitations")
    assert (guest.get(first).status_code, guest.get(second).status_code) == (410, 200)
    assert post(admin, f"{TEAM}/invitations/{waiting.id}/withdrawal").status_code == 303
    assert guest.get(second).status_code == 410 and join_refused(guest, second)


def join_refused(client: FlaskClient, link: str) -> bool:
    data = {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "csrf_token": csrf_token(client.get("/admin/login").text)}
    return client.post(link, data=data).status_code == 410 and Admin.select().count() == 1


def test_a_wrong_invitation_gets_its_error_at_the_field(admin: FlaskClient) -> None:
    assert "not an email address" in error_at(invite(admin, email="maria").text, "email")
    refused = invite(admin, email="Olena@example.com ")
    assert refused.status_code == 422 and error_at(refused.text, "email") == "This person is already on the team."
    assert 'value="Olena@example.com' in refused.text
    assert invite(admin, role="king").status_code == 422 and TeamInvitation.select().count() == 0


def test_an_invitation_never_changes_the_account_of_somebody_who_has_one_by_now(
    admin: FlaskClient, app: Flask, mail_server: MailServer
) -> None:
    invite(admin)
    link = mailed_link(mail_server, "invitations")
    maria = make_admin("maria@example.com", Role.VIEWER)
    assert join(browser(app), link).status_code == 410
    assert Admin.get_by_id(maria.id).password_hash == maria.password_hash


def test_roles_change_and_people_go_at_their_next_request(admin: FlaskClient, app: Flask) -> None:
    maria = make_admin("maria@example.com", Role.OWNER)
    client = browser(app)
    sign_in(client, maria.email, PASSWORD)
    invite(client, email="friend@example.com")
    assert post(admin, f"{TEAM}/{maria.id}/role", role="viewer").status_code == 303
    assert client.get(TEAM).status_code == 403 and client.get("/admin/orders").status_code == 200
    assert TeamInvitation.select().count() == 0, "of somebody who is no owner any more"
    assert "signed out everywhere" in admin.get(f"{TEAM}/{maria.id}/removal").text
    assert post(admin, f"{TEAM}/{maria.id}/removal").status_code == 303
    assert client.get("/admin/orders").status_code == 302 and Admin.select().count() == 1


def test_the_last_owner_stays(admin: FlaskClient) -> None:
    make_admin("maria@example.com", Role.MANAGER)
    olena = Admin.get(Admin.email == "olena@example.com")
    assert "The only owner" in admin.get(TEAM).text
    for act, fields in (("role", {"role": "manager"}), ("removal", {})):
        answer = post(admin, f"{TEAM}/{olena.id}/{act}", **fields)
        assert answer.status_code == 303 and "A shop needs an owner" in alerts_of(admin.get(TEAM).text)
    assert Admin.get_by_id(olena.id).role == Role.OWNER


@pytest.mark.parametrize("act", [lambda admin_id: change_role(admin_id, Role.VIEWER), remove])
def test_of_two_owners_who_end_each_other_at_once_one_stays(app: Flask, act: object) -> None:
    pair, start = [make_admin(f"{name}@example.com", Role.OWNER) for name in ("olena", "maria")], Barrier(2)

    def end(person: Admin) -> None:
        with app.app_context(), db.connection_context():
            start.wait()
            try:
                act(person.id)  # type: ignore[operator]
            except Exception as error:
                errors.append(type(error).__name__)

    errors: list[str] = []
    threads = [Thread(target=end, args=(person,)) for person in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == ["LastOwner"] and Admin.select().where(Admin.role == Role.OWNER).count() == 1


def ask(client: FlaskClient, email: str) -> TestResponse:
    return send_form(client, "/admin/new-password", email=email)


def test_a_forgotten_password_is_replaced_once_by_a_link(
    admin: FlaskClient, app: Flask, mail_server: MailServer
) -> None:
    guest = browser(app)
    assert 'href="/admin/new-password"' in guest.get("/admin/login").text
    known, unknown = ask(guest, "olena@example.com"), ask(guest, "nobody@example.com")
    assert known.text.replace("olena@", "nobody@") == unknown.text and known.status_code == 200
    link = mailed_link(mail_server, "new-password")
    assert [message["To"] for message in mail_server.received] == ["olena@example.com"]
    stored = Email.get(Email.kind == "password_link")
    assert (stored.text, stored.html) == ("", "") and link not in admin.get(f"/admin/emails/{stored.id}").text
    assert join(guest, link, "olena").status_code == 422
    changed = join(guest, link)
    assert changed.status_code == 303 and "/admin/login" in changed.location
    assert admin.get("/admin/orders").status_code == 302, "all sessions have ended"
    assert guest.get(link).status_code == 410
    sign_in(guest, "olena@example.com", NEW_PASSWORD)
    emails.send_due()
    assert "Password changed" in mail_server.received[-1]["Subject"]


def test_the_link_for_a_new_password_expires(app: Flask, mail_server: MailServer, admin: FlaskClient) -> None:
    ask(browser(app), "olena@example.com")
    link = mailed_link(mail_server, "new-password")
    assert browser(app).get(link).status_code == 200
    with time_moved(minutes=61):
        assert browser(app).get(link).status_code == 410
    Admin.update(session_version=Admin.session_version + 1).execute()
    assert browser(app).get(link).status_code == 410, "the password has changed since"
    assert browser(app).get("/admin/new-password/" + "x" * 40).status_code == 410


def test_asking_for_links_is_limited_like_sign_in(app: Flask, admin: FlaskClient) -> None:
    for email in ("olena@example.com", "nobody@example.com"):
        answers = [ask(browser(app), email).status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]
    assert ask(browser(app), "olena@example.com").headers["Retry-After"].isdigit()
    sign_in(browser(app), "olena@example.com", PASSWORD)


class TestWithoutMail:
    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in environment.items() if name not in ("SMTP_URL", "MAIL_FROM")}

    def test_the_invitations_link_is_shown_once(self, admin: FlaskClient, app: Flask) -> None:
        found = re.search(r'id="invitation-link">http://shop\.example\.com([^<]+)<', invite(admin).text)
        assert found and "invitation-link" not in admin.get(TEAM).text
        emails.send_due()
        stored = Email.get(Email.kind == "team_invitation")
        assert stored.state == "kept" and found[1] not in admin.get(f"/admin/emails/{stored.id}").text
        assert join(browser(app), found[1]).status_code == 303

    def test_the_page_for_a_forgotten_password_names_the_command(self, client: FlaskClient) -> None:
        assert "create-admin" in client.get("/admin/new-password").text
