"""The three languages of every page: which one a person reads, and how their choice is remembered."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, get_locale, refresh

LANGUAGES = ("uk", "en", "ru")
# What the switch on every page reads, in its order.
LANGUAGE_SWITCH = {"uk": "UA", "en": "US", "ru": "RU"}
LANGUAGE_NAMES = {"uk": "Українська", "en": "English", "ru": "Русский"}
LANGUAGE_COOKIE = "lang"
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us for the language, and remember a language chosen by `?lang=`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "storefront/translations"
    Babel(app, locale_selector=_select)
    app.after_request(_remember)
    app.context_processor(
        lambda: {
            "language": current_language(),
            "language_switch": LANGUAGE_SWITCH,
            "language_names": LANGUAGE_NAMES,
            "language_address": url_in_language,
        }
    )


def set_page_language(language: str) -> None:
    """Let this page be in `language` unless the visitor has chosen one."""
    g.page_language = language
    refresh()


def current_language() -> str:
    """The language of this response: uk, en or ru."""
    return str(get_locale() or "en")


def url_in_language(language: str) -> str:
    """This page's address with `?lang=language`."""
    address = request.full_path if request.query_string else request.path
    # A path that begins with two slashes, or a slash and a backslash, would be read as another site's name.
    return _with_language("/" + address.lstrip("/\\"), language)


def _chosen() -> str | None:
    language = request.args.get("lang", "")
    return language if language in LANGUAGES else None


def _select() -> str:
    remembered = request.cookies.get(LANGUAGE_COOKIE, "")
    return (
        _chosen()
        or (remembered if remembered in LANGUAGES else None)
        or g.get("page_language")
        or request.accept_languages.best_match(LANGUAGES, "en")
        or "en"
    )


def _remember(response: Response) -> Response:
    response.vary.update(("Cookie", "Accept-Language"))
    language = _chosen()
    if language is None:
        return response
    if request.method in ("GET", "HEAD"):
        # A form's address says the language of its page, which the visitor need not have chosen.
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    response.cache_control.public = False
    response.cache_control.private = True
    # A browser that keeps no cookies still reads the next page in the language it asked for.
    if response.location and urlsplit(response.location).netloc in ("", request.host):
        response.location = _with_language(response.location, language)
    return response


def _with_language(address: str, language: str) -> str:
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("lang", language)])))
