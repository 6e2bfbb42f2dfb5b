"""One price option in the form of an offer."""

import re
import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, StringField, ValidationError

from storefront.models import PriceOption
from storefront.offers import MAX_OPTIONS, OptionFields
from storefront.web.forms.form_rows import RowForm
from storefront.web.forms.offers.billing_fields import BillingFields
from storefront.web.forms.offers.price_fields import PriceFields, price_values, stock_field, stock_text, typed_stock

_ID = re.compile(r"[0-9]{1,9}")


class OptionForm(PriceFields, BillingFields, RowForm):
    """`offers.save` checks label, prices and terms. `id` is that of the option's row, "" for a new one.

    `key` names the option in the rows of what a new offer delivers, wherever buttons move it.
    """

    id = HiddenField()
    key = HiddenField(filters=[lambda typed: typed or secrets.token_hex(4)])
    label = StringField(_l("Label"))
    preselected = BooleanField(_l("Preselected"))
    stock = stock_field(_l("Stock"))

    def fields(self, name: str) -> OptionFields:
        """The typed values, after validation. `name` is that of the form's part."""
        return OptionFields(
            field=name,
            id=int(self.id.data) if _ID.fullmatch(self.id.data or "") else None,
            label=self.label.data or "",
            preselected=bool(self.preselected.data),
            stock=typed_stock(self.stock),
            **self.prices(),
            **self.terms(),
        )


def option_rows() -> Any:
    """The field of a form that holds the options beside the first one."""
    return FieldList(FormField(OptionForm), validators=[_not_too_many])


def option_values(option: PriceOption, currency: str) -> dict[str, Any]:
    """A stored option as the form's fields hold it."""
    return {
        **option.terms(),
        "id": str(option.id),
        "label": option.label,
        "preselected": option.preselected,
        **price_values(option, currency),
        "stock": stock_text(option.stock),
        "every": str(option.every),
        "trial_days": str(option.trial_days),
        "instalments": str(option.instalments or ""),
    }


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) >= MAX_OPTIONS:
        raise ValidationError(_("An offer has up to %(most)s price options.", most=MAX_OPTIONS))
