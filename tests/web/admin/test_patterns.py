"""The page with the parts of the admin's pages, for developers."""

from flask import Flask
from flask.testing import FlaskClient


def test_the_patterns_are_shown_in_development_only(admin: FlaskClient, app: Flask) -> None:
    assert admin.get("/admin/patterns").status_code == 404
    app.debug = True
    page = admin.get("/admin/patterns")
    assert page.status_code == 200
    for part in ("Buttons", "Status chips", "Notices", "Facts", "A list", "Menu", 'class="selection"', 'class="chip"'):
        assert part in page.text
