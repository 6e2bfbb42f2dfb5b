"""Find the shop's addresses and forms by following its own links, as a search engine does."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

# One page of a kind looks like the next one.
PAGES_PER_ENDPOINT = 3
LINK_ATTRIBUTES = ("href", "hx-get", "src")
FORM_ATTRIBUTES = ("action", "hx-post")
FIELDS = ("input", "select", "textarea", "button")


@dataclass
class Form:
    """A form of a page: the address that it is sent to, and the fields with their values. `files` are upload fields."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class PageParser(HTMLParser):
    """The links and forms of one page. A field belongs to the form that its `form` attribute names, or that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.links += [values[name] for name in LINK_ATTRIBUTES if values.get(name)]
        if values.get("formaction") and self._open is not None:
            # The button sends the fields of its form to another address.
            self.forms.append(Form(values["formaction"], self._open.fields, self._open.files))
        if tag == "form":
            address = next((values[name] for name in FORM_ATTRIBUTES if values.get(name)), "")
            self._open = Form(address)
            self.forms.append(self._open)
            self._by_id[values.get("id", "")] = self._open
        elif tag in FIELDS and values.get("name"):
            self._add_field(tag, values)
        elif (
            tag == "option"
            and self._select
            and self._open is not None
            and ("selected" in values or not self._open.fields[self._select])
        ):
            self._open.fields[self._select] = values.get("value", "")

    def _add_field(self, tag: str, values: dict[str, str]) -> None:
        form = self._by_id.get(values["form"]) if values.get("form") else self._open
        if form is None:
            return
        name = values["name"]
        self._select = name if tag == "select" else ""
        if values.get("type") == "file":
            form.files.add(name)
        elif values.get("type") not in ("checkbox", "radio") or "checked" in values:
            form.fields[name] = values.get("value", "")
        else:
            form.fields.setdefault(name, values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


@dataclass
class Site:
    """What one visitor can reach: real addresses and forms by the endpoint of their route."""

    addresses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))


def crawl(app: Flask, client: FlaskClient, start: list[str]) -> Site:
    """Follow all links from `start`."""
    site = Site()
    waiting, seen = list(start), set(start)
    while waiting:
        address = waiting.pop(0)
        endpoint = endpoint_of(app, "GET", address)
        if endpoint is None or len(site.addresses[endpoint]) >= PAGES_PER_ENDPOINT:
            continue
        site.addresses[endpoint].append(address)
        page = client.get(address)
        if not page.mimetype.startswith("text/html"):
            continue
        parser = PageParser()
        parser.feed(page.text)
        for form in parser.forms:
            form.address = urljoin(address, form.address or address)
            posted = endpoint_of(app, "POST", form.address)
            if posted is not None and len(site.forms[posted]) < PAGES_PER_ENDPOINT:
                site.forms[posted].append(form)
        redirect = [page.location] if page.location else []
        for link in [*parser.links, *redirect]:
            target = path_of(urljoin(address, link))
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return site


def path_of(address: str) -> str:
    """The path and query of an address of the shop; empty for another site's."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost", "shop.example.com"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links_in(text: str) -> list[str]:
    """The shop's addresses that a text or an email contains."""
    return [path_of(link) for link in re.findall(r'http://shop\.example\.com[^\s"<>]*', text)]


def endpoint_of(app: Flask, method: str, address: str) -> str | None:
    """The endpoint of the route that serves this address; None if there is none."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path, method)[0])
    except HTTPException:
        return None
