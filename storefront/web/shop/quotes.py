"""What a choice on an offer's page costs, as the page shows it after the server was asked: with a promo code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from storefront import pricing
from storefront.errors import FieldErrors
from storefront.models import Offer, Order
from storefront.money import Money
from storefront.pricing import Choice, CodeUser, Quote
from storefront.web import support
from storefront.web.forms import CheckoutForm, read_company
from storefront.web.shop import messages, payment_form
from storefront.web.support import TaxRow

# The fields of the form that decide about the price. The others need not be filled in yet.
PRICE_FIELDS = ("option", "quantity", "price", "addon", "code", "vat_id")


@dataclass(frozen=True)
class QuoteView:
    """What templates/components/price_summary.html shows: `lines` are title, quantity and the price of all units;
    `charges` is empty for what is paid once. `tax` is that of the first charge; with a free trial, of each later one.
    """

    quote: Quote
    lines: list[tuple[str, int, Money]]
    charges: list[tuple[str, str]]
    consent: str
    tax: TaxRow | None


def quote_view(quote: Quote) -> QuoteView:
    """The quote as the page shows it, with its charges from today on."""
    lines = [(line.title, line.quantity, Money(line.amount, quote.currency)) for line in quote.lines]
    tax = support.tax_row(quote.tax, quote.tax_later if quote.option.has_trial else quote.tax_now)
    return QuoteView(quote, lines, _charges(quote), consent_text(quote), tax)


def choice_and_quote(offer: Offer, form: CheckoutForm, company: Mapping[str, str]) -> tuple[Choice, Quote]:
    """What the validated form chooses, with the discount of its code, and what that costs.

    `company` are columns of `BuyerCompany`, from which the tax follows.

    Raises FieldErrors and TooManyCodes.
    """
    choice = replace(form.choice(), country=company["country"], vat_id=company["vat_id"])
    plain = pricing.quote(offer, choice)
    if not form.code.data:
        return choice, plain
    # Codes are asked for before there is an email address.
    email = "" if form.email.errors else form.email.data
    order = Order.by_visit(offer, form.visit.data) if not form.visit.errors else None
    user = CodeUser(email or "", request.remote_addr or "", order)
    choice = replace(choice, discount=pricing.find_discount(offer, form.code.data, user))
    return choice, pricing.quote(offer, choice)


def answer_quote(offer: Offer, form: CheckoutForm) -> Response:
    """200 with what the page shows; 422 with errors by field."""
    form.validate()
    company, wrong_company = read_company(offer, request.form)
    errors = {name: found for name, found in (form.errors | wrong_company).items() if name in PRICE_FIELDS}
    if errors:
        response = jsonify(errors=errors)
        response.status_code = 422
        return response
    try:
        _choice, quote = choice_and_quote(offer, form, company)
    except FieldErrors as refused:
        return payment_form.choice_refused(refused)
    due = support.money(quote.due_now)
    return jsonify(
        summary="" if quote.is_simple else render_template("components/price_summary.html", view=quote_view(quote)),
        seen=_seen(quote),
        lines=_wallet_lines(quote),
        button=button(quote),
        free=quote.is_free,
        changed=messages.price_changed(due),
    )


def promised(order: Order) -> dict[str, Any]:
    """What `payment_form` shows of an order that costs something else than its units; {} for any other."""
    quote = pricing.quote_of(order)
    if quote.is_simple:
        return {}
    return shown(quote) | {"charges": [], "seen": ""}


def shown(quote: Quote) -> dict[str, Any]:
    """What `payment_form` shows of a quote: it replaces what the page shows of the units alone."""
    html = render_template("components/price_summary.html", view=quote_view(quote))
    # The template escapes its values.
    return {"button": button(quote), "summary": Markup(html), "seen": _seen(quote), "lines": _wallet_lines(quote)}  # noqa: S704


def _seen(quote: Quote) -> str:
    """What the page sends back when the customer accepts the quote (see `Quote.was_shown`)."""
    return " ".join([quote.currency, *(str(amount.amount) for amount in quote.charges)])


def _wallet_lines(quote: Quote) -> str:
    """What the window of a wallet lists above the first charge, as JSON: names and amounts that add up to it."""
    due = [line for line in quote.lines if quote.is_due(line)] if quote.due_now.amount else []
    found = [(f"{line.title} × {line.quantity}" if line.quantity > 1 else line.title, line.amount) for line in due]
    if due and quote.discount is not None and quote.discount_now.amount:
        found.append((_("Promo code %(code)s", code=quote.discount.code), -quote.discount_now.amount))
    tax = support.tax_row(quote.tax, quote.tax_now)
    if due and tax is not None and tax.is_above:
        found.append((tax.label, tax.amount.amount))
    return json.dumps([{"name": name, "amount": amount} for name, amount in found])


def button(quote: Quote) -> str:
    """The label of the button that accepts the quote."""
    terms, due = quote.option, support.money(quote.due_now)
    if terms.has_trial and quote.due_now.amount:
        return messages.start_trial_today(due)
    if terms.recurs and not terms.is_plan and not terms.has_trial and quote.due_now != quote.per_charge:
        return messages.subscribe_today(due)
    return messages.checkout_button(terms, due if not terms.has_trial else support.money(quote.per_charge))


def consent_text(quote: Quote) -> str:
    """The consent to later charges, as the page shows it and the order keeps it."""
    due = quote.due_now
    is_two_step = due.amount > 0 if quote.option.has_trial else quote.option.recurs and due != quote.per_charge
    return support.consent_text(
        quote.option, support.plain_amount(quote.per_charge), due if is_two_step else None, _after_trial(quote)
    )


def _charges(quote: Quote) -> list[tuple[str, str]]:
    terms = quote.option
    if not terms.recurs:
        return []
    return support.two_step_schedule(terms, quote.due_now, quote.per_charge, support.today(), _after_trial(quote))


def _after_trial(quote: Quote) -> Money | None:
    """The charge with which a free trial ends, if it is another one than each later charge."""
    return quote.after_trial if quote.discount_after_trial.amount else None
