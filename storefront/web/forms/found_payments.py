"""The form that assigns a payment without an order to an offer."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from storefront.models import Offer
from storefront.web.forms.base import Form
from storefront.web.forms.checkout import PaymentForm


class FoundPaymentForm(Form):
    """The offer that was bought, and the customer's email address, validated as in checkout."""

    error_heading = _l("No order was created. Check these fields:")

    offer = SelectField(_l("Offer"), validators=[InputRequired(_l("Choose an offer."))])
    email = StringField(_l("Customer’s email"))

    validate_email = PaymentForm.validate_email

    def set_offers(self, offers: list[Offer]) -> None:
        """Set the offers to choose from."""
        choices = [SelectChoice(str(offer.id), offer.title) for offer in offers]
        self.offer.choices = [SelectChoice("", "—"), *choices]
