"""Forms about the law: the shop's legal texts, withdrawals, and cancellations without signing in."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from storefront.customers import MAX_REASON
from storefront.models import LegalText, WantedEnd
from storefront.web.forms.base import CleanForm, Form
from storefront.web.forms.customer import EmailForm
from storefront.web.support import LANGUAGES

MAX_LEGAL_TEXT = 100_000
_ORDER_NUMBER = re.compile(r"#?\s*([0-9]{1,9})")
_too_long = _l("This is too long.")


def _legal_field(label: Any) -> TextAreaField:
    return TextAreaField(label, validators=[Length(max=MAX_LEGAL_TEXT, message=_too_long)])


class LegalTextsForm(Form):
    """Each text in each language, as `<text>_<language>`."""

    terms_en = _legal_field(_l("Terms of sale"))
    terms_uk = _legal_field(_l("Terms of sale"))
    terms_ru = _legal_field(_l("Terms of sale"))
    privacy_en = _legal_field(_l("Privacy policy"))
    privacy_uk = _legal_field(_l("Privacy policy"))
    privacy_ru = _legal_field(_l("Privacy policy"))
    refunds_en = _legal_field(_l("Refund policy"))
    refunds_uk = _legal_field(_l("Refund policy"))
    refunds_ru = _legal_field(_l("Refund policy"))
    ask_consent = BooleanField(_l("Ask for consent at checkout"))

    def texts(self) -> dict[LegalText, dict[str, str]]:
        """{text: {language: Markdown}}."""
        return {text: {one: self[f"{text}_{one}"].data for one in LANGUAGES} for text in LegalText}


class WithdrawalForm(CleanForm):
    """The second step of a withdrawal: a reason may be given, and need not."""

    reason = TextAreaField(validators=[Length(max=MAX_REASON, message=_too_long)])

    class Meta:
        csrf = False


class OrderAndEmailForm(EmailForm):
    """Which contract: the order's number and its email address. `number` is a string until it is validated."""

    number = StringField()

    def validate_number(self, field: Field) -> None:
        """Converts to int. A number sign before it is fine."""
        match = _ORDER_NUMBER.fullmatch(field.data)
        if not match:
            raise ValidationError(_("Enter the order number: it is in the emails about your order."))
        field.data = int(match[1])


class ContractCancellationForm(OrderAndEmailForm):
    """A cancellation without signing in."""

    wanted = RadioField(choices=list(WantedEnd), default=WantedEnd.ORDINARY)
    reason = TextAreaField(validators=[Length(max=MAX_REASON, message=_too_long)])

    def set_choices(self) -> None:
        """Set the choices in the page's language."""
        names = (_("At the end of the paid period"), _("Immediately, for good cause"))
        self.wanted.choices = list(zip(WantedEnd, names, strict=True))

    def validate_reason(self, field: Field) -> None:
        """An immediate end needs its cause."""
        if self.wanted.data == WantedEnd.IMMEDIATE and not field.data:
            raise ValidationError(_("Say why the contract should end immediately."))
