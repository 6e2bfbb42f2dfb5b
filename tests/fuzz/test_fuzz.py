"""Every address and method, as a stranger and signed in, with hostile input of every kind.

The routes, addresses and forms come from the shop itself, so a new page is tested without a change here.
FUZZ_SEED chooses other random requests, FUZZ_ROUNDS makes more of them.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, TestResponse, stream_encode_multipart

from storefront import db
from storefront.team import NOT_AUDITED
from tests.fuzz.conftest import FuzzedShop
from tests.fuzz.crawler import Form
from tests.fuzz.hostile import BODIES, HEADERS, MARK, ODD_METHODS, PATHS, TEXTS, uploads
from tests.webhook_deliveries import deliver_event, payment_intent_event

SEED = int(os.environ.get("FUZZ_SEED", "1"))
QUERY_NAMES = (
    "q",
    "page",
    "status",
    "state",
    "kind",
    "mode",
    "merchant",
    "offer",
    "next",
    "key",
    "lang",
    "done",
    "kept",
)
# What the shop notes about refused requests, and when it saw the owner's browser last.
NOTES = {"webhook_refusal", "admin_session"}
# What a signed event that the shop does not know may change.
EVENT_TABLES = {*NOTES, "webhook_event", "ignored_delivery", "stripe_request_counter"}
# What nobody may change without signing in.
OWNERS_TABLES = {"admin", "dispute", "former_address", "letter_wording", "merchant", "offer", "refund", "shop_setting"}
EVENT_VALUES = (
    None,
    True,
    0,
    -1,
    1e308,
    10**17,
    10**30,
    "",
    "x",
    "\0",
    "a\0b",
    "\ud800",
    "є" * 500,
    "e" * 400_000,
    [],
    [[]],
    {},
    {"id": 1},
    [1],
)
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example.com"}
# Scripts call them with parts of a file, or with what a passkey has signed; no page has a form for them.
SCRIPTED = {
    *("admin.file_uploads.begin", "admin.file_uploads.add"),
    *("admin.passkeys.create", "second_step.use_passkey"),
}

# These only bring up to date what Stripe says, or what the start page shows.
UNRECORDED = {
    *("admin.doctor.create", "admin.merchant_checks.create", "admin.order_refreshes.create"),
    *("admin.subscription_refreshes.create", "admin.start.note_sharing", "admin.start.set_visibility"),
}
# What somebody types into fields that a form brings filled in.
EDITED = {
    **dict.fromkeys(("title", "name", "legal_name", "subject", "label", "note", "reason"), "Another name"),
    "order_expiry_hours": "47",
    "code": "NEWCODE",
    "url": "https://new.example.com/",
    "amount": "7",
    "price": "7",
    "email": "another@example.com",
    "description": "Other words",
    "terms-en": "Other terms",
}


@dataclass
class Attack:
    """One request. `body` replaces the form."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    form: list[tuple[str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    body: tuple[str, bytes] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path[:200]} {self.headers} {self.form} {self.body}"[:600]


def attacks(shop: FuzzedShop, rule: Rule, method: str, is_signed_in: bool, count: int) -> Iterator[Attack]:
    """Requests to a route, different for each route, method and visitor, and the same in each run."""
    random = Random(f"{SEED} {rule.rule} {method} {is_signed_in}")
    site = shop.owner if is_signed_in else shop.stranger
    for _ in range(count):
        attack = Attack(method, address_of(rule, site.addresses[rule.endpoint], random))
        forms = site.forms[rule.endpoint]
        if method == "POST" and forms:
            use_form(attack, random.choice(forms), random)
        elif method == "POST":
            attack.form = [(random.choice(QUERY_NAMES), random.choice(TEXTS)) for _ in range(2)]
        for change in random.sample((add_query, add_header, add_body, change_field), random.randint(1, 2)):
            change(attack, random)
        yield attack


def address_of(rule: Rule, real: list[str], random: Random) -> str:
    """A real address of the route, or one with a hostile part in it."""
    if real and (not rule.arguments or random.random() < 0.6):
        return random.choice(real)
    hostile = quote(random.choice(PATHS), safe="")
    return re.sub(r"<[^>]+>", lambda _argument: hostile, rule.rule)


def use_form(attack: Attack, form: Form, random: Random) -> None:
    attack.path = form.address if random.random() < 0.8 else attack.path
    attack.form, attack.files = list(form.fields.items()), set(form.files)


def change_field(attack: Attack, random: Random) -> None:
    names = [number for number, (name, _) in enumerate(attack.form) if name != "csrf_token"]
    if not names:
        return add_query(attack, random)
    number = random.choice(names)
    name, _value = attack.form[number]
    changed = [(name, random.choice(TEXTS))]
    attack.form[number : number + 1] = random.choice((changed, changed, changed, [], changed * 2, [(name + "\0", "x")]))
    return None


def add_query(attack: Attack, random: Random) -> None:
    pairs = [(random.choice(QUERY_NAMES), random.choice(PATHS)) for _ in range(random.randint(1, 3))]
    attack.path += ("&" if "?" in attack.path else "?") + urlencode(pairs)


def add_header(attack: Attack, random: Random) -> None:
    attack.headers |= random.choice(HEADERS)


def add_body(attack: Attack, random: Random) -> None:
    if attack.method != "GET" and random.random() < 0.5:
        attack.body = random.choice(BODIES)


def send(client: FlaskClient, attack: Attack, peer: int) -> TestResponse:
    """Each request comes from a network of its own, so that no limit ends the test early."""
    content_type, body = encoded(attack)
    builder = EnvironBuilder(
        path=attack.path,
        method=attack.method,
        headers={"Content-Type": content_type, **attack.headers},
        input_stream=io.BytesIO(body),
        content_length=len(body),
        environ_base={**client.environ_base, "REMOTE_ADDR": f"2001:db8:{peer >> 16:x}:{peer & 0xFFFF:x}::1"},
    )
    return client.open(builder)


def encoded(attack: Attack) -> tuple[str, bytes]:
    """The type and the bytes of the request's body. A surrogate is sent as the three bytes that UTF-8 forbids."""
    if attack.body is not None:
        return attack.body
    if not attack.files:
        return "application/x-www-form-urlencoded", urlencode(attack.form, errors="surrogatepass").encode()
    data = MultiDict([(name, value.encode(errors="replace").decode()) for name, value in attack.form])
    random = Random(str(attack))
    for name in sorted(attack.files):
        data.add(name, uploads(random))
    stream, _length, boundary = stream_encode_multipart(data)
    return f"multipart/form-data; boundary={boundary}", stream.read()


def faults(shop: FuzzedShop, attack: Attack, response: TestResponse) -> Iterator[str]:
    """What must never be in a response."""
    if response.status_code >= 500:
        yield str(response.status_code)
    target = urlsplit(response.location or "")
    if target.netloc not in ("", "localhost", "shop.example.com"):
        yield f"redirects to {response.location}"
    if response.mimetype == "text/html" and MARK in response.text:
        yield "shows markup from the request"
    if any(secret in response.get_data() for secret in shop.secrets):
        yield "shows a secret"


def run(shop: FuzzedShop, requests: Iterable[Attack], client: FlaskClient) -> list[str]:
    """Send the requests. Return what went wrong."""
    wrong = []
    for attack in requests:
        shop.peers += 1
        response = send(client, attack, shop.peers)
        wrong += [f"{fault}: {attack}" for fault in faults(shop, attack, response)]
    return wrong


def routes(shop: FuzzedShop) -> Iterator[tuple[Rule, str]]:
    for rule in shop.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def test_the_crawler_reaches_the_pages(shop: FuzzedShop) -> None:
    """A crawler that finds nothing would let the other tests pass."""
    pages = {rule.endpoint for rule, method in routes(shop) if method == "GET"}
    forms = {rule.endpoint for rule, method in routes(shop) if method == "POST"} - SCRIPTED
    found = set(shop.owner.addresses) | set(shop.stranger.addresses)
    posted = set(shop.owner.forms) | set(shop.stranger.forms)
    assert len(found) >= 0.9 * len(pages), " ".join(sorted(pages - found))
    assert len(posted) >= 0.8 * len(forms), " ".join(sorted(forms - posted))


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "owner"])
def test_hostile_input_is_no_server_error(shop: FuzzedShop, is_signed_in: bool) -> None:
    wrong: list[str] = []
    for rule, method in routes(shop):
        client = shop.client(is_signed_in)
        wrong += run(shop, attacks(shop, rule, method, is_signed_in, count=shop.rounds), client)
        if method == "POST":
            stolen = set() if is_signed_in else changed(shop) & OWNERS_TABLES
            wrong += [f"a stranger has changed {stolen}: {rule.rule}"] if stolen else []
            shop.restore()
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "owner"])
def test_methods_that_a_page_does_not_take_change_nothing(shop: FuzzedShop, is_signed_in: bool) -> None:
    wrong: list[str] = []
    for rule in shop.app.url_map.iter_rules():
        addresses = (shop.owner if is_signed_in else shop.stranger).addresses[rule.endpoint]
        methods = [method for method in ODD_METHODS if method not in (rule.methods or ())]
        path = addresses[0] if addresses else address_of(rule, [], Random(rule.rule))
        wrong += run(shop, (Attack(method, path) for method in methods), shop.client(is_signed_in))
    assert not wrong, "\n".join(wrong[:20])
    assert changed(shop) <= NOTES
    shop.restore()


def test_forms_from_other_sites_change_nothing(shop: FuzzedShop) -> None:
    """The owner's browser sends its session with them, and even the form's token does not help."""
    wrong: list[str] = []
    for is_signed_in, site in ((True, shop.owner), (False, shop.stranger)):
        for form in (form for forms in site.forms.values() for form in forms):
            attack = Attack("POST", form.address, dict(CROSS_SITE), list(form.fields.items()))
            wrong += run(shop, [attack], shop.client(is_signed_in))
    assert not wrong, "\n".join(wrong[:20])
    assert changed(shop) <= NOTES
    shop.restore()


def test_forms_without_a_token_change_nothing(shop: FuzzedShop) -> None:
    wrong: list[str] = []
    for form in (form for forms in shop.owner.forms.values() for form in forms if "csrf_token" in form.fields):
        for token in ("", "a.b.c"):
            attack = Attack("POST", form.address, form=list({**form.fields, "csrf_token": token}.items()))
            wrong += run(shop, [attack], shop.client(is_signed_in=True))
    assert not wrong, "\n".join(wrong[:20])
    assert changed(shop) <= NOTES
    shop.restore()


def test_each_form_that_changes_the_shop_leaves_an_entry_in_the_audit_log(shop: FuzzedShop) -> None:
    """Whatever a form of the admin changes is recorded, except what the tables in NOT_AUDITED have."""
    forgotten, recorded = [], set()
    for endpoint, forms in shop.owner.forms.items():
        # Who has looked for the forms of an endpoint without any has left an empty list.
        if not endpoint.startswith("admin.") or not forms:
            continue
        form = [(name, EDITED.get(name, value)) for name, value in forms[0].fields.items()]
        with written_tables() as written:
            run(shop, [Attack("POST", forms[0].address, form=form)], shop.client(is_signed_in=True))
        # Some are written with the values that they have.
        tables = changed(shop) if written - NOT_AUDITED else set()
        if "audit_entry" in tables:
            recorded.add(endpoint)
        elif tables - NOT_AUDITED and endpoint not in UNRECORDED:
            forgotten.append(f"{endpoint} changes {sorted(tables - NOT_AUDITED)}")
        if written:
            shop.restore()
    assert not forgotten, "\n".join(forgotten)
    assert len(recorded) >= 35, "the forms change too little: " + " ".join(sorted(recorded))


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """The tables that statements of the block write."""
    tables: set[str] = set()
    execute = db.db.obj.execute_sql

    def watching(sql: str, params: Any = None) -> Any:
        found = re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql)
        tables.update(found.groups() if found else ())
        return execute(sql, params)

    db.db.obj.execute_sql = watching
    try:
        yield tables
    finally:
        del db.db.obj.execute_sql


def test_strangers_cannot_change_what_the_owner_manages(shop: FuzzedShop) -> None:
    """The owner's addresses and forms, without their tokens, sent by a browser that is not signed in."""
    wrong: list[str] = []
    client = shop.client(is_signed_in=False)
    for endpoint, forms in shop.owner.forms.items():
        if endpoint.startswith("admin."):
            for form in forms:
                fields = [(name, value) for name, value in form.fields.items() if name != "csrf_token"]
                wrong += run(shop, [Attack("POST", form.address, form=fields)], client)
    pages = [
        path for endpoint, paths in shop.owner.addresses.items() if endpoint.startswith("admin.") for path in paths
    ]
    for path in pages:
        response = client.get(path)
        if response.status_code not in (302, 303) or "/admin/login" not in str(response.location):
            wrong.append(f"{response.status_code}: {path}")
    assert pages and not wrong, "\n".join(wrong[:20])
    assert changed(shop) <= NOTES
    shop.restore()


@pytest.mark.parametrize("place", ["id", "type", "created", "livemode", "api_version", "data", "object", "metadata"])
def test_hostile_signed_events_are_stored_or_refused(shop: FuzzedShop, place: str) -> None:
    wrong = []
    for value in EVENT_VALUES:
        event: dict[str, Any] = payment_intent_event("pi_of_nobody", order="x")
        about = event["data"]["object"]
        if place == "object":
            about |= {"id": value, "object": value, "status": value, "amount": value}
        else:
            (about if place == "metadata" else event)[place] = value
        status = deliver_event(shop.client(is_signed_in=False), shop.merchant, event).status_code
        if status not in (200, 400, 413):
            wrong.append((status, value))
    assert not wrong
    assert changed(shop) <= EVENT_TABLES
    shop.restore()


def changed(shop: FuzzedShop) -> set[str]:
    """The tables with other rows than at the start."""
    rows = shop.rows()
    return {table for table in rows if rows[table] != shop.saved_rows[table]}
