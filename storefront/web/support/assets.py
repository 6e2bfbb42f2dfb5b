"""Addresses of static files: they carry a hash of the content, so browsers may cache them forever."""

from pathlib import Path

from flask import Flask

from storefront.web.support.caching import Headers, StaticFiles, static_folder
from storefront.web.support.security import security_headers


def init_app(app: Flask) -> None:
    """Give templates `asset(path)`, the address of a file, and answer such addresses."""
    folder, config = Path(app.static_folder or ""), app.config["SHOP"]
    files = static_folder(folder)

    def headers(is_https: bool) -> Headers:
        return security_headers(config, is_https, is_public=True)

    app.jinja_env.globals["asset"] = lambda path: f"/static/{files.hashed_name(path)}"
    app.wsgi_app = StaticFiles(app.wsgi_app, folder, headers)  # type: ignore[method-assign]
