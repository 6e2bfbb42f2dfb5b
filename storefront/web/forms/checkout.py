"""The checkout forms. They have no CSRF token, because offer pages are cached; the request's origin is checked."""

import re
import secrets
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import Field, HiddenField, SelectMultipleField, StringField, ValidationError

from storefront.models import REQUEST_KEY
from storefront.money import Money
from storefront.pricing import Choice
from storefront.web.forms.base import CleanForm
from storefront.web.forms.lengths import EMAIL, NAME

MAX_VISIT_LENGTH = 128
_WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")
# The price of all units; or the first charge and each later one.
_SEEN = re.compile(r"(?P<currency>[A-Z]{3})(?P<amounts>(?: [0-9]{1,15}){1,3})")
_OPTION = re.compile(r"[0-9]{1,9}")


class PaymentForm(CleanForm):
    """Who pays an order. `proof` is a solved proof of work, needed after too many declined cards."""

    email = StringField()
    name = StringField()
    proof = HiddenField()

    class Meta:
        csrf = False

    def validate_email(self, field: Field) -> None:
        """Normalizes a well-formed email address. The domain is not looked up."""
        typed = field.data
        if not typed:
            raise ValidationError(_("Enter your email address"))
        if len(typed) > EMAIL:
            raise ValidationError(_("Enter a shorter email address"))
        try:
            field.data = validate_email(typed, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_("Enter an email address like name@example.com")) from error

    def validate_name(self, field: Field) -> None:
        """One line of at most NAME characters."""
        field.data = " ".join(field.data.split())
        if not field.data:
            raise ValidationError(_("Enter your name"))
        if len(field.data) > NAME:
            raise ValidationError(_("Enter a name of up to %(most)s characters", most=NAME))


class CheckoutForm(PaymentForm):
    """A purchase from an offer page. `visit` is the browser's random key for this visit.

    `option` is the id of a price option, `price` what the customer typed where they choose what they pay, `code` a
    promo code, `addon` are ids of add-ons.

    `seen` is what the page showed, in minor units: the amount per charge ("EUR 1999"), or the first and each later
    charge where they differ ("EUR 900 1999"), and the one after a free trial if that is another one. `terms` are the
    billing terms that it showed (a `terms_code`).
    """

    quantity = StringField()
    option = StringField()
    price = StringField()
    code = StringField()
    addon = SelectMultipleField(choices=[], validate_choice=False)
    visit = HiddenField()
    seen = HiddenField()
    terms = HiddenField()
    consent = StringField()

    def __init__(self, max_quantity: int, asks_consent: bool = False, min_quantity: int = 1, **options: Any) -> None:
        """The quantities come from the offer, `asks_consent` from the shop."""
        super().__init__(**options)
        self.max_quantity, self.asks_consent, self.min_quantity = max_quantity, asks_consent, min_quantity

    def validate_consent(self, field: Field) -> None:
        """The checkbox is ticked, if there is one."""
        if self.asks_consent and not field.data:
            raise ValidationError(_("Tick this box to continue."))

    def validate_quantity(self, field: Field) -> None:
        """Converts to int; the least if the page does not ask for a quantity."""
        typed = field.data or str(self.min_quantity)
        if not _WHOLE_NUMBER.fullmatch(typed) or not self.min_quantity <= int(typed) <= self.max_quantity:
            raise ValidationError(
                _("Enter a whole number from %(least)s to %(most)s", least=self.min_quantity, most=self.max_quantity)
                if self.max_quantity > 1
                else _("You can buy one at a time")
            )
        field.data = int(typed)

    def validate_visit(self, field: Field) -> None:
        """The browser's key, or a new one if it sent none."""
        field.data = field.data or secrets.token_urlsafe(24)
        is_ours = field.data.startswith(REQUEST_KEY)
        if len(field.data) > MAX_VISIT_LENGTH or not field.data.isprintable() or is_ours:
            raise ValidationError(_("This page is out of date. Reload it and try again."))

    def validate_option(self, field: Field) -> None:
        """Converts to the id; None if the page has no options."""
        typed, field.data = field.data, None
        if _OPTION.fullmatch(typed or ""):
            field.data = int(typed)
        elif typed:
            raise ValidationError(_("This page is out of date. Reload it and try again."))

    def validate_addon(self, field: Field) -> None:
        """Converts to ids."""
        typed, field.data = field.data or [], ()
        if not all(_OPTION.fullmatch(one) for one in typed):
            raise ValidationError(_("This page is out of date. Reload it and try again."))
        field.data = tuple(dict.fromkeys(map(int, typed)))

    def validate_seen(self, field: Field) -> None:
        """Converts to Money; none if the page sent no amount."""
        typed, field.data = field.data, ()
        match = _SEEN.fullmatch(typed or "")
        if match:
            field.data = tuple(Money(int(amount), match["currency"]) for amount in match["amounts"].split())
        elif typed:
            raise ValidationError(_("This page is out of date. Reload it and try again."))

    def choice(self) -> Choice:
        """What the customer chose, after validation."""
        return Choice(
            option=self.option.data, quantity=self.quantity.data, price=self.price.data, addons=self.addon.data
        )
