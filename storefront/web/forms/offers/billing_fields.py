"""The fields of billing terms, which offers and price options have."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from storefront.models import INTERVALS, TERM_FIELDS, BillingKind, CancellationTiming

BILLING_NAMES = TERM_FIELDS
_NUMBER = re.compile(r"[0-9]{1,5}")
_not_a_number = _l("Enter a whole number.")


class BillingFields:
    """Part of a form. Fields that the chosen kind does not use can have any value."""

    kind = SelectField(_l("Kind"), choices=list(BillingKind), default=BillingKind.ONE_OFF)
    every = StringField(_l("Every"), default="1")
    interval = SelectField(_l("Interval"), choices=list(INTERVALS), default="month")
    trial_days = StringField(_l("Trial days"), default="0")
    instalments = StringField(_l("Instalments"), default="")
    cancellation = SelectField(
        _l("Cancellation"), choices=list(CancellationTiming), default=CancellationTiming.PERIOD_END
    )

    def validate_every(self, field: Field) -> None:
        """A number, unless the offer is paid once."""
        self._require_number(field, self.kind.data != BillingKind.ONE_OFF, required=True)

    def validate_trial_days(self, field: Field) -> None:
        """A number or nothing, if the offer is a subscription."""
        self._require_number(field, self.kind.data == BillingKind.RECURRING)

    def validate_instalments(self, field: Field) -> None:
        """A number, if the offer is a payment plan."""
        self._require_number(field, self.kind.data == BillingKind.PLAN, required=True)

    def terms(self) -> dict[str, Any]:
        """The billing terms (`BillingTerms`). Fields that the kind does not use can have any value."""
        numbers = {name: getattr(self, name).data or "" for name in ("every", "trial_days", "instalments")}
        return {
            **{name: getattr(self, name).data for name in ("kind", "interval", "cancellation")},
            **{name: int(typed) if _NUMBER.fullmatch(typed) else 0 for name, typed in numbers.items()},
        }

    def _require_number(self, field: Field, applies: bool, required: bool = False) -> None:
        typed = field.data or ""
        if applies and not _NUMBER.fullmatch(typed) and (typed or required):
            raise ValidationError(_not_a_number)

    def set_billing_choices(self) -> None:
        """Set the choices of the selects, in the page's language."""
        choices: dict[Any, Any] = {
            self.kind: (tuple(BillingKind), (_("One-off"), _("Recurring"), _("Payment plan"))),
            self.interval: (INTERVALS, (_("Day"), _("Week"), _("Month"), _("Year"))),
            self.cancellation: (tuple(CancellationTiming), (_("At the end of the paid period"), _("Immediately"))),
        }
        for field, (values, names) in choices.items():
            field.choices = [SelectChoice(value, name) for value, name in zip(values, names, strict=True)]
