"""How much goes back, and why."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Regexp

from storefront.payments import REFUND_REASONS
from storefront.web.forms.base import Form, trimmed


class RefundForm(Form):
    """`key` names the opened form: pressing twice gives the money back once. The amount is parsed by the view."""

    # One that Stripe has refused is written down: something was saved.
    error_heading = _l("Nothing was refunded. Please look at:")

    amount = StringField(_l("Amount"), filters=[trimmed], validators=[InputRequired(_l("Enter an amount."))])
    reason = SelectField(_l("Reason"), choices=list(REFUND_REASONS))
    key = HiddenField(validators=[Regexp(r"[A-Za-z0-9_-]{20,64}\Z")])

    def offer_reasons(self) -> None:
        """Fill the select with words of the page's language."""
        words = (_("Requested by the buyer"), _("Paid twice"), _("Fraudulent"))
        self.reason.choices = [SelectChoice(reason, word) for reason, word in zip(REFUND_REASONS, words, strict=True)]
