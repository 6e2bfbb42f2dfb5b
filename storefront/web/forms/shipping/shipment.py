"""The form that marks an order as sent."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from storefront.models import CARRIERS
from storefront.web.forms.base import Form
from storefront.web_addresses import InvalidValue, secure_page

MAX_NUMBER = 60
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /._-]*")


class ShipmentForm(Form):
    """Tracking number, or the https address of a page for the parcel; both are optional."""

    tracking_carrier = SelectField(_l("Carrier"), choices=[""], default="")
    tracking_number = StringField(_l("Tracking number"))
    tell = BooleanField(_l("Email the customer"))

    def set_carrier_choices(self) -> None:
        """Set the choices in the page's language."""
        self.tracking_carrier.choices = [
            SelectChoice("", _("Other")),
            *(SelectChoice(code, name) for code, (name, _page) in CARRIERS.items()),
        ]

    def validate_tracking_number(self, field: Field) -> None:
        """A number, or an https address as browsers spell it."""
        typed = field.data = " ".join((field.data or "").split())
        if "://" in typed:
            try:
                field.data = secure_page(typed)
            except InvalidValue as error:
                raise ValidationError(_("Enter a tracking number, or an address that starts with https://.")) from error
            if len(field.data) > 500:
                raise ValidationError(_("Enter an address of up to %(most)s characters.", most=500))
        elif typed and (len(typed) > MAX_NUMBER or not _NUMBER.fullmatch(typed)):
            raise ValidationError(_("Use up to %(most)s Latin letters, digits, spaces and hyphens.", most=MAX_NUMBER))
