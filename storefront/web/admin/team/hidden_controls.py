"""Links, forms and buttons that lead to what a role may not do are hidden on every page.

The addresses themselves refuse in any case (see `access`). This is for the eye: no template has to know the roles, so
none can forget them.
"""

import re
from html import unescape

from flask import Response, current_app, render_template, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from storefront.models import Role
from storefront.web.admin.team.access import may, permission_of

# Jinja escapes ">" in attributes, so a tag ends at the first one.
_TAG = re.compile(r"<(?:a|form|button)\b[^>]*>")
_ADDRESS = re.compile(r'\s(href|action|formaction|hx-get|hx-post)="([^"]*)"')
_HREF = re.compile(r'\shref="[^"]*"')
_POSTS = re.compile(r'\smethod="post"', re.IGNORECASE)
# A form that shows what it changes. Its fields are disabled instead.
_SHOWN_FORM = re.compile(r"(<form\b[^>]*\sdata-shows-values\b[^>]*>)(.*?)</form>", re.DOTALL)


def hide_refused(response: Response) -> Response:
    """Mark the refused controls of a page or fragment as hidden. Owners' pages stay as they are."""
    if not current_user.is_authenticated or current_user.role == Role.OWNER:
        return response
    if response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough:
        addresses = current_app.create_url_adapter(request)
        if addresses is not None:
            html = response.get_data(as_text=True)
            html = _SHOWN_FORM.sub(lambda found: _disabled_if_refused(found, addresses), html)
            response.set_data(_TAG.sub(lambda found: _hidden_if_refused(found[0], addresses), html))
    return response


def _disabled_if_refused(form: re.Match[str], addresses: MapAdapter) -> str:
    tag, fields = form.groups()
    if not _is_refused(tag, addresses):
        return form[0]
    return render_template("admin/team/shown_form.html", tag=Markup(tag), fields=Markup(fields))  # noqa: S704 - a rendered page


def _hidden_if_refused(tag: str, addresses: MapAdapter) -> str:
    is_shown = tag.startswith("<form") and "data-shows-values" in tag
    if is_shown or not _is_refused(tag, addresses):
        return tag
    if tag.startswith("<a") and 'role="button"' not in tag:
        # Its words may be a title or a part of a sentence. Menus hide them (admin.css).
        return _HREF.sub(" data-refused", tag)
    return f"{tag[:-1]} hidden>"


def _is_refused(tag: str, addresses: MapAdapter) -> bool:
    for attribute, address in _ADDRESS.findall(tag):
        posts = attribute in ("formaction", "hx-post") or (attribute == "action" and _POSTS.search(tag))
        if not _may_open(unescape(address), "POST" if posts else "GET", addresses):
            return True
    return False


def _may_open(address: str, method: str, addresses: MapAdapter) -> bool:
    path = address.partition("?")[0].partition("#")[0]
    # Forms without an address send to their own page; the page that refuses is shown in other languages too.
    if not path.startswith("/admin") or (method == "GET" and path == request.path):
        return True
    try:
        endpoint, _arguments = addresses.match(path, method)
    except HTTPException:
        return True
    return not endpoint.startswith("admin.") or may(permission_of(endpoint))
