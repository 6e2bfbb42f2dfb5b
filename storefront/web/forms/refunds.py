"""The refund form."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Regexp

from storefront.payments import REFUND_REASONS
from storefront.web.forms.base import Form

MAX_DIGITS = 6


class RefundForm(Form):
    """Amount (parsed by the view), reason, and a key: submitting a form with the same key twice makes one refund.

    `line` is the position of the order's line that is refunded; empty for none.
    """

    # Not the default heading: a refund that Stripe refused is stored.
    error_heading = _l("Nothing was refunded. Check these fields:")

    amount = StringField(_l("Amount"), validators=[InputRequired(_l("Enter an amount."))])
    reason = SelectField(_l("Reason"), choices=list(REFUND_REASONS))
    line = HiddenField()
    key = HiddenField(validators=[Regexp(r"[A-Za-z0-9_-]{20,64}\Z")])

    @property
    def line_position(self) -> int | None:
        """The typed position; None if the refund is of no line."""
        typed = self.line.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MAX_DIGITS else None

    def set_reason_choices(self) -> None:
        """Set the choices in the page's language."""
        names = (_("Requested by the customer"), _("Paid twice"), _("Fraudulent"))
        self.reason.choices = [SelectChoice(reason, name) for reason, name in zip(REFUND_REASONS, names, strict=True)]
