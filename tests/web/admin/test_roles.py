"""Who may do what: every address and method of the shop, tried by everybody."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Admin, Email, Offer, Role
from storefront.web.admin.team.access import PERMISSION_OF
from tests.factories import PASSWORD, make_admin
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of, token_of
from tests.web_client import browser, sign_in

# Decided here a second time, by blueprint and by hand: the table of the shop must agree.
FOR_OWNERS = {
    "api_tokens", "audit", "audit_exports", "legal_settings", "merchant_checks", "merchant_disconnections",
    "merchant_offer_moves", "merchant_previous_keys", "merchant_webhooks", "merchants", "notifications",
    "subscription_imports", "team", "webhook_deliveries", "webhook_endpoints", "webhook_tests",
}  # fmt: skip
EXPORTS = {
    "customer_exports", "document_archives", "offer_exports", "order_evidence", "order_exports", "packing_lists",
    "subscription_exports",
}  # fmt: skip
# Changes that concern nobody else.
OWN_CHANGES = {"modes.update", "password_confirmations.create", "passwords.update", "sign_out.create"}
OWN_ACCOUNT = {"account", "passkeys", "two_step"}
SIGN_OUTS = ("admin.account.end_all", "admin.sign_out.create")
# They work without signing in, and a role changes nothing there.
PUBLIC = {
    "account", "api", "cancellations", "cards", "contract_cancellations", "data_export", "documents", "email_changes",
    "files", "first_admin", "framed_orders", "health", "images", "invitations", "languages", "legal", "login_links",
    "metrics", "new_passwords", "orders", "payment_requests", "plan_switches", "reactivations", "receipts",
    "search_engines", "second_step", "shop", "shop_files",
    "sign_in", "static", "subscriptions", "unsubscribing", "waiting_list", "webhooks", "withdrawals",
}  # fmt: skip
TEAM = {"owner": "olena@example.com", "manager": "maria@example.com", "viewer": "vira@example.com"}
Route = tuple[str, str, str]


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    """A browser for each role, signed in, and one for nobody."""
    found = {"nobody": browser(app)}
    for role, email in TEAM.items():
        make_admin(email, Role(role))
        found[role] = browser(app)
        sign_in(found[role], email, PASSWORD)
    return found


def routes_of(app: Flask) -> Iterator[Route]:
    """(endpoint, method, an address of nothing that exists) of each route."""
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", rule.rule)
        address = re.sub(r"<[^>]+>", "no-such-thing", re.sub(r"<int:[^>]+>", "999999", address))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def least_role(endpoint: str, method: str) -> str:
    """The least role that may do it, as decided here."""
    name = endpoint.removeprefix("admin.")
    blueprint = name.partition(".")[0]
    needed = PERMISSION_OF[endpoint].value
    if blueprint in FOR_OWNERS or name == "settings.payment_systems":
        return "owner"
    if blueprint in EXPORTS or (method != "GET" and name not in OWN_CHANGES and blueprint not in OWN_ACCOUNT):
        return "manager"
    # Which forms and links Viewers see is decided in the table.
    return "viewer" if needed in ("read", "account") else "manager"


def request(client: FlaskClient, method: str, address: str, token: str) -> TestResponse:
    body = {"data": {"csrf_token": token}} if method in ("POST", "PUT", "PATCH", "DELETE") else {}
    return client.open(address, method=method, **body)


def test_every_address_of_the_admin_is_decided(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    admin = {endpoint for endpoint in endpoints if endpoint.startswith("admin.")}
    assert admin - set(PERMISSION_OF) == set(), "say in storefront/web/admin/team/access.py who may open them"
    assert set(PERMISSION_OF) - admin == set(), "they are gone: remove them from storefront/web/admin/team/access.py"
    assert {endpoint.partition(".")[0] for endpoint in endpoints - admin} == PUBLIC, "decide whether they are public"


def test_every_address_and_method_with_every_role_and_with_none(app: Flask, people: dict[str, FlaskClient]) -> None:
    tokens = {role: token_of(client) if role != "nobody" else "" for role, client in people.items()}
    ranks = ["viewer", "manager", "owner"]
    wrong = []
    # Signing out comes last.
    for endpoint, method, address in sorted(routes_of(app), key=lambda route: route[0] in SIGN_OUTS):
        statuses = {}
        for role, client in people.items():
            answer = request(client, method, address, tokens[role])
            to_sign_in = answer.status_code in (302, 303) and "/admin/login" in answer.location
            statuses[role] = "sign in" if to_sign_in else answer.status_code
        if not endpoint.startswith("admin."):
            # Who is signed in may be sent on from the sign-in page.
            is_right = endpoint.startswith("sign_in.") or len(set(statuses.values())) == 1
        else:
            least = ranks.index(least_role(endpoint, method))
            expected = dict.fromkeys(ranks[:least], 403)
            allowed = [statuses[role] for role in ranks[least:]]
            is_sign_out = endpoint in SIGN_OUTS
            is_right = (
                statuses["nobody"] == "sign in"
                and {role: statuses[role] for role in expected} == expected
                and (is_sign_out or not {403, "sign in"} & set(allowed))
            )
        if not is_right:
            wrong.append((endpoint, method, statuses))
    assert wrong == []


def visible(html: str, *starts: str) -> list[str]:
    """The tags that begin so and are not hidden."""
    found = [tag for start in starts for tag in re.findall(rf"{re.escape(start)}[^>]*>", html)]
    return [tag for tag in found if not tag.endswith(" hidden>")]


def test_pages_hide_what_a_role_may_not_do(people: dict[str, FlaskClient], offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    page = f"/admin/orders/{order.token}"
    for role, sees in (("owner", True), ("manager", True), ("viewer", False)):
        offers = people[role].get("/admin/offers").text
        assert bool(visible(offers, '<a role="button" href="/admin/offers/new')) == sees, role
        assert bool(visible(people[role].get(page).text, f'<form method="post" action="{page}/refresh')) == sees, role
    settings = people["manager"].get("/admin/settings").text
    assert "/admin/settings/api" not in settings and "/admin/settings/limits" in settings


def test_viewers_see_the_values_of_a_form_that_is_disabled(people: dict[str, FlaskClient], offer: Offer) -> None:
    html = people["viewer"].get(f"/admin/offers/{offer.id}").text
    form = html.partition('id="offer-form"')[2].partition("</form>")[0]
    assert '<fieldset class="shown-only" disabled>' in form and 'value="Watercolour evening"' in form
    assert "shown-only" not in people["manager"].get(f"/admin/offers/{offer.id}").text


def test_viewers_see_no_text_of_emails_and_no_links_with_keys(
    people: dict[str, FlaskClient], offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    email = Email.get(Email.kind == "receipt")
    page = people["viewer"].get(f"/admin/emails/{email.id}")
    assert page.status_code == 200 and "/my/" not in page.text and "Only owners and managers" in page.text
    assert people["viewer"].get(f"/admin/emails/{email.id}/html").status_code == 403
    assert "/my/" in people["manager"].get(f"/admin/emails/{email.id}").text


def test_the_refusal_says_who_can_in_the_persons_language(people: dict[str, FlaskClient]) -> None:
    page = people["manager"].get("/admin/settings/payment-systems/stripe")
    assert page.status_code == 403
    assert "Only owners can connect Stripe accounts" in text_of(page.text) and "Your role is Manager" in page.text
    answer = people["viewer"].get("/admin/settings/api?lang=uk")
    assert "Керувати токенами API можуть лише власники" in answer.text
    fragment = post(people["viewer"], "/admin/doctor", htmx=True)
    assert fragment.status_code == 403 and fragment.headers["HX-Retarget"] == "#page-alert"


def test_who_is_demoted_or_removed_loses_it_at_the_next_request(people: dict[str, FlaskClient]) -> None:
    manager = people["manager"]
    assert manager.get("/admin/offers/new").status_code == 200
    Admin.update(role=Role.VIEWER).where(Admin.email == TEAM["manager"]).execute()
    assert manager.get("/admin/offers/new").status_code == 403
    Admin.delete().where(Admin.email == TEAM["manager"]).execute()
    assert manager.get("/admin/offers").status_code == 302
    # A version to come may know other roles.
    Admin.update(role="auditor").where(Admin.email == TEAM["viewer"]).execute()
    assert people["viewer"].get("/admin/offers").status_code == 403
