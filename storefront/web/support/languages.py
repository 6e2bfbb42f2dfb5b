"""The three languages of the pages: how a page's language is chosen and remembered.

The shop's pages and the admin remember theirs apart: an owner looks at the shop in Russian and works in Ukrainian.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, refresh
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from storefront.i18n import LANGUAGES as LANGUAGES
from storefront.i18n import N_, catalog_for, template_gettext
from storefront.web.support.sessions import YEAR_SECONDS, cookie_name
from storefront.web.support.shop_profile import current_profile

# Labels of the language switch, in its order.
LANGUAGE_SWITCH = {"uk": "UA", "en": "US", "ru": "RU"}
LANGUAGE_NAMES = {"uk": "Українська", "en": "English", "ru": "Русский"}
LANGUAGE_COOKIE, ADMIN_LANGUAGE_COOKIE = "lang", "admin_lang"
DEFAULT_LANGUAGE = "en"
# In the WSGI environment of a public page: its address without parameters that it does not depend on.
ADDRESS_KEY = "storefront.public_page.address"
# The function `_` of the templates of a page.
_GETTEXT = {language: template_gettext(partial(str, language)) for language in LANGUAGES}
# The language of a page that is rendered without a request of Flask.
_rendered: ContextVar[str] = ContextVar("rendered_language", default="")


def init_app(app: Flask) -> None:
    """Set up Flask-Babel and remember a language chosen by `?lang=` in a cookie."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "storefront/translations"
    Babel(app, locale_selector=_select_language)
    # Flask-Babel's own look for the language and its catalog several times for each text.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalog_for(current_language()).gettext(message),
        lambda one, many, number: catalog_for(current_language()).ngettext(one, many, number),
        newstyle=True,
    )
    # For macros that are imported without context.
    app.jinja_env.globals["_"] = template_gettext(current_language)
    app.after_request(_remember_language)
    app.context_processor(lambda: template_values(_own_address(), current_language()))


def set_page_language(language: str) -> None:
    """Use `language` for this page unless the visitor has chosen one."""
    g.page_language = language
    _choose_again()


@contextmanager
def rendering_in(language: str) -> Iterator[None]:
    """Make `language` the current one inside the block, also outside of a request."""
    token = _rendered.set(language)
    try:
        # In a request, Flask-Babel's own functions go by the language of the request.
        with force_locale(language):
            yield
    finally:
        _rendered.reset(token)


def template_values(address: str, language: str) -> dict[str, object]:
    """What every template may use, for a page at this address: path and query string."""
    return {
        "language": language,
        "_": _GETTEXT[language],
        "language_switch": partial(_language_switch, address, language),
        "language_names": LANGUAGE_NAMES,
    }


# Each page has it.
@lru_cache(maxsize=1000)
def _language_switch(address: str, language: str, target: str = "") -> Markup:
    """The links to this page in each language. `target` is the frame that they open in."""
    link = Markup(
        '<a href="{url}" lang="{code}" hreflang="{code}" rel="nofollow" title="{name}"{target}{current}>{label}</a>',
    )
    links = [
        link.format(
            url=_with_language(address, code),
            code=code,
            name=LANGUAGE_NAMES[code],
            target=Markup(' target="{}"').format(target) if target else "",
            current=Markup(' aria-current="true"') if code == language else "",
            label=label,
        )
        for code, label in LANGUAGE_SWITCH.items()
    ]
    nav = Markup('<nav class="language-switch" aria-label="{}">{}</nav>')
    label = catalog_for(language).gettext(N_("This page in"))
    return nav.format(label, Markup('<span aria-hidden="true"> | </span>').join(links))


def current_language() -> str:
    """The language of this response: uk, en or ru."""
    if rendered := _rendered.get():
        return rendered
    if not has_request_context():
        locale = get_locale()
        return DEFAULT_LANGUAGE if locale is None else str(locale.language)
    # Each text of a page asks.
    found: str | None = g.get("current_language")
    if found is None:
        found = g.current_language = _select_language()
    return found


def _choose_again() -> None:
    g.pop("current_language", None)
    refresh()


def gettext(message: str, **values: object) -> str:
    """The text in the page's language, with its values."""
    text = catalog_for(current_language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The text for this number in the page's language, with its values; `num` is one of them."""
    return catalog_for(current_language()).ngettext(singular, plural, num) % {"num": num, **values}


def _own_address() -> str:
    """The address of this page."""
    if ADDRESS_KEY in request.environ:
        return str(request.environ[ADDRESS_KEY])
    address = request.full_path if request.query_string else request.path
    # Browsers read a path that begins with "//" or "/\\" as the name of another site.
    return "/" + address.lstrip("/\\")


def _language_from_query() -> str | None:
    language = request.args.get("lang", "") if request.query_string else ""
    return language if language in LANGUAGES else None


def _select_language() -> str:
    return (
        _language_from_query()
        or chosen_language()
        or g.get("page_language")
        or (_is_of_admin(request.path) and g.get("admin_language"))
        or accepted_language(request.accept_languages)
        or _default_language()
    )


def chosen_language() -> str | None:
    """The language that this browser has chosen earlier, for the shop's pages or for the admin."""
    name = _cookie_of(request.path)
    # The plain name of the shop's cookie too: earlier versions gave it over https.
    return language_in_cookies(request.cookies, (cookie_name(name), name))


def use_admin_language(language: str) -> None:
    """Use the language of the admin who is signed in, where this browser has chosen none for the admin."""
    g.admin_language = language
    _choose_again()


def _default_language() -> str:
    """For visitors whose browser asks for none of our languages."""
    return DEFAULT_LANGUAGE if _is_of_admin(request.path) else current_profile().default_language


def _is_of_admin(path: str) -> bool:
    return path == "/admin" or path.startswith("/admin/")


def _cookie_of(path: str) -> str:
    return ADMIN_LANGUAGE_COOKIE if _is_of_admin(path) else LANGUAGE_COOKIE


def cookie_names(app: Flask | None = None) -> tuple[str, ...]:
    """The names of the cookie of the shop's pages. The plain one too: earlier versions gave it over https."""
    return cookie_name(LANGUAGE_COOKIE, app), LANGUAGE_COOKIE


def language_in_cookies(cookies: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The language that the visitor has chosen; None for a visitor who has chosen none."""
    language = next((cookies[name] for name in names if cookies.get(name)), "")
    return language if language in LANGUAGES else None


@lru_cache(maxsize=256)
def language_of_header(header: str) -> str:
    """The best of our languages by the text of an Accept-Language header; "" if it asks for none of them."""
    return accepted_language(parse_accept_header(header, LanguageAccept))


def accepted_language(accepted: LanguageAccept) -> str:
    """The best of our languages by an Accept-Language header. "" if it prefers none of them: "*" is no choice."""
    named = LanguageAccept([(name, quality) for name, quality in accepted if name != "*"])
    return named.best_match((DEFAULT_LANGUAGE, *LANGUAGES)) or ""


def _remember_language(response: Response) -> Response:
    if "Vary" in response.headers:
        response.vary.update(("Cookie", "Accept-Language"))
    else:
        response.headers["Vary"] = "Cookie, Accept-Language"
    language = _language_from_query()
    if language is None:
        return response
    if request.method in ("GET", "HEAD"):
        # Not for POST: a form's address carries the language of its page, which the visitor may not have chosen.
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            cookie_name(_cookie_of(request.path)),
            language,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
    response.cache_control.public = False
    response.cache_control.private = True
    # Keep the language across a redirect even if the browser refuses cookies.
    if response.location and _stays_here(urlsplit(response.location)):
        response.location = _with_language(response.location, language)
    return response


def _stays_here(target: SplitResult) -> bool:
    """Whether a redirect leads to the same part of this site: the shop's pages, or the admin."""
    is_same_part = _is_of_admin(target.path or request.path) == _is_of_admin(request.path)
    return target.netloc in ("", request.host) and is_same_part


@lru_cache(maxsize=1000)
def _with_language(address: str, language: str) -> str:
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("lang", language)])))
