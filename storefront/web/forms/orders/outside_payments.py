"""The forms that mark an order or a payment request as paid."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length

from storefront.i18n import outside_method
from storefront.models import OutsideMethod, OutsidePayment
from storefront.web.forms.base import Form
from storefront.web.forms.lengths import EMAIL, NAME
from storefront.web.support import current_language, today


class OutsidePaymentForm(Form):
    """How the money arrived, on which day, and what tells where to find it in the books."""

    method = SelectField(_l("Payment method"), choices=[""], default=OutsideMethod.BANK_TRANSFER)
    reference = StringField(
        _l("Reference or reason"),
        validators=[
            InputRequired(_l("Enter what tells where the money came from.")),
            Length(
                max=OutsidePayment.MAX_REFERENCE,
                message=_l("Use up to %(most)s characters.", most=OutsidePayment.MAX_REFERENCE),
            ),
        ],
    )
    received = StringField(_l("Received on"))

    def set_method_choices(self) -> None:
        """Set the choices in the page's language."""
        language = current_language()
        self.method.choices = [SelectChoice(str(one), outside_method(one, language)) for one in OutsideMethod]

    @property
    def received_on(self) -> date:
        """The day that was typed into a valid form."""
        return date.fromisoformat(self.received.data)

    def validate_received(self, field: Field) -> None:
        """A day that has come."""
        try:
            day = date.fromisoformat(field.data or "")
        except ValueError:
            raise ValidationError(_("Enter a date like 2027-01-31.")) from None
        if not 2000 <= day.year < 3000 or day > today():
            raise ValidationError(_("Enter a day that isn’t in the future."))


class RequestPaymentForm(OutsidePaymentForm):
    """The same for a request without an order: an order needs a customer."""

    name = StringField(
        _l("Customer name"), validators=[InputRequired(_l("Enter the customer’s name.")), Length(max=NAME)]
    )
    email = StringField(
        _l("Customer email"),
        validators=[
            InputRequired(_l("Enter the customer’s email address.")),
            Length(max=EMAIL, message=_l("This address is too long.")),
            Email(_l("This is not an email address."), allow_smtputf8=False),
        ],
    )
