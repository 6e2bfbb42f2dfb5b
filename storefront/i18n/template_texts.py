"""The function `_` of templates, which each page calls for each of its texts."""

from collections.abc import Callable
from functools import lru_cache

from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup

from storefront.i18n.catalog import catalog_for


def template_gettext(current_language: Callable[[], str]) -> Callable[..., str]:
    """`_(message, **values)` for templates in the language that `current_language` returns.

    As Jinja's own function, in a fraction of the time: HTML where the template is HTML, with escaped values.
    """

    @pass_eval_context
    def text_of(context: EvalContext, message: str, **values: object) -> str:
        language = current_language()
        if not context.autoescape:
            return catalog_for(language).gettext(message) % values
        return _pattern_of(message, language) % values if values else _text_of(message, language)

    return text_of


@lru_cache(maxsize=10_000)
def _pattern_of(message: str, language: str) -> Markup:
    return Markup(catalog_for(language).gettext(message))  # noqa: S704 - texts of our own


@lru_cache(maxsize=10_000)
def _text_of(message: str, language: str) -> Markup:
    return _pattern_of(message, language) % {}
