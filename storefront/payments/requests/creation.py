"""Making a payment request, with the email that asks for the payment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storefront import emails, i18n, offers, pricing, settings
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import EmailKind, Merchant, OfferObstacle, PaymentRequest, charge_obstacle, now
from storefront.money import Money, PriceError, check_limits, parse_price
from storefront.offers import TaxFields


@dataclass(frozen=True)
class RequestFields:
    """Values of the form. `amount` is in major units as typed, to which the tax is added or not; `name` and `email` may
    be "".
    """

    title: str
    amount: str
    currency: str
    merchant: Merchant | None
    name: str
    email: str
    expires_at: datetime | None
    language: str
    withdrawal_days: int | None = None  # None: as the law of the shop's country says
    no_withdrawal_reason: str = ""
    tax: TaxFields = field(default_factory=TaxFields)


def create_request(fields: RequestFields) -> PaymentRequest:
    """Write the request, and email its link if there is an address.

    Raises FieldErrors. Codes: price_*, date_past, withdrawal_*, those of `offers.apply_tax`, and the obstacles to
    charging (`OfferObstacle`).
    """
    request = PaymentRequest(
        merchant=fields.merchant,
        title=fields.title,
        name=fields.name,
        email=fields.email,
        language=fields.language,
        expires_at=fields.expires_at,
        withdrawal_days=fields.withdrawal_days,
        no_withdrawal_reason=fields.no_withdrawal_reason,
    )
    errors = offers.apply_default(request) | offers.apply_tax(request, fields.tax)
    wrong_amount, details = _apply_amount(request, fields)
    errors |= wrong_amount
    obstacle = charge_obstacle(fields.merchant, fields.currency)
    if obstacle is not None:
        where = "currency" if obstacle is OfferObstacle.CURRENCY_UNSUPPORTED else "merchant"
        errors[where] = ["request_no_merchant" if obstacle is OfferObstacle.NO_MERCHANT else str(obstacle)]
    if fields.expires_at is not None and fields.expires_at <= now():
        errors["expires"] = ["date_past"]
    if errors:
        raise FieldErrors(errors, **details)
    days = settings.current().request_reminder_days
    request.next_reminder_at = now() + timedelta(days=days) if fields.email and days else None
    with db.atomic():
        request.save(force_insert=True)
        if fields.email:
            write_email(EmailKind.PAYMENT_REQUEST, request, f"request-{request.id}")
    return request


def repeat_request(over: PaymentRequest) -> PaymentRequest:
    """Ask for the same again, with a new link and as much time, after a request that nobody can pay any more.

    Raises FieldErrors as `create_request` does.
    """
    lifetime = over.expires_at - over.created_at if over.expires_at is not None else None
    fields = RequestFields(
        title=over.title,
        amount=Money(over.price, over.currency).decimal_text(),
        currency=over.currency,
        merchant=over.merchant,
        name=over.name,
        email=over.email,
        expires_at=now() + lifetime if lifetime is not None else None,
        language=over.language,
        withdrawal_days=over.withdrawal_days,
        no_withdrawal_reason=over.no_withdrawal_reason,
        tax=offers.tax_fields(over),
    )
    return create_request(fields)


def write_email(kind: EmailKind, request: PaymentRequest, about: str) -> None:
    """Queue an email with the request's link. Call it in the transaction of the change that causes it."""
    emails.write(
        kind,
        None,
        about,
        recipient=request.email,
        language=request.language,
        name=i18n.isolate(request.name),
        title=i18n.isolate(request.title),
        amount=request.total,
        request=request.token,
        **({"due": request.expires_at} if request.expires_at is not None else {}),
    )


def _apply_amount(request: PaymentRequest, fields: RequestFields) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Set what is charged and the tax in it. Return error codes by field, and values for their texts."""
    details: dict[str, object] = {"currency": fields.currency}
    try:
        price = parse_price(fields.amount, fields.currency)
        request.amount, request.currency, request.tax = price.amount, price.currency, 0
        quote = pricing.request_quote(request)
        check_limits(quote.due_now)
    except PriceError as error:
        return {"amount": [error.code]}, details | error.details
    request.amount, request.tax = quote.due_now.amount, quote.tax_now.amount
    return {}, details
