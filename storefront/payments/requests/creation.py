"""Making a payment request, with the email that asks for the payment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storefront import emails, i18n, offers, settings
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import EmailKind, Merchant, OfferObstacle, PaymentRequest, charge_obstacle, now
from storefront.money import Money, PriceError, parse_price


@dataclass(frozen=True)
class RequestFields:
    """Values of the form. `amount` is in major units as typed; `name` and `email` may be ""."""

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


def create_request(fields: RequestFields) -> PaymentRequest:
    """Write the request, and email its link if there is an address.

    Raises FieldErrors. Codes: price_*, date_past, withdrawal_*, and the obstacles to charging (`OfferObstacle`).
    """
    total, errors, details = _amount(fields)
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
    errors |= offers.apply_default(request)
    obstacle = charge_obstacle(fields.merchant, fields.currency)
    if obstacle is not None:
        field = "currency" if obstacle is OfferObstacle.CURRENCY_UNSUPPORTED else "merchant"
        errors[field] = ["request_no_merchant" if obstacle is OfferObstacle.NO_MERCHANT else str(obstacle)]
    if fields.expires_at is not None and fields.expires_at <= now():
        errors["expires"] = ["date_past"]
    if errors or total is None:
        raise FieldErrors(errors, **details)
    days = settings.current().request_reminder_days
    request.amount, request.currency = total.amount, total.currency
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
        amount=over.total.decimal_text(),
        currency=over.currency,
        merchant=over.merchant,
        name=over.name,
        email=over.email,
        expires_at=now() + lifetime if lifetime is not None else None,
        language=over.language,
        withdrawal_days=over.withdrawal_days,
        no_withdrawal_reason=over.no_withdrawal_reason,
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


def _amount(fields: RequestFields) -> tuple[Money | None, dict[str, list[str]], dict[str, object]]:
    details: dict[str, object] = {"currency": fields.currency}
    try:
        return parse_price(fields.amount, fields.currency), {}, details
    except PriceError as error:
        return None, {"amount": [error.code]}, details | error.details
