"""The fields of the right of withdrawal, of offers and payment requests."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp

from storefront.web.forms.base import Form


class WithdrawalFields(Form):
    """For how many days customers can withdraw, and why they can't: `offers.apply_default` checks the two together."""

    withdrawal_days = StringField(
        _l("Right of withdrawal"),
        validators=[Optional(), Regexp(r"[0-9]{1,3}\Z", message=_l("Enter a number of days from 0 to 365."))],
    )
    no_withdrawal_reason = StringField(_l("Reason"), validators=[Length(max=300, message=_l("This is too long."))])

    @property
    def typed_withdrawal_days(self) -> int | None:
        """None if nothing was typed."""
        return int(self.withdrawal_days.data) if self.withdrawal_days.data else None
