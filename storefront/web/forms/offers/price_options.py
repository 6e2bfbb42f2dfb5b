"""One price option in the form of an offer."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, StringField, ValidationError
from wtforms.validators import Optional, Regexp

from storefront.models import PriceOption
from storefront.money import Money
from storefront.offers import MAX_OPTIONS, OptionFields
from storefront.web.forms.form_rows import RowForm
from storefront.web.forms.offers.billing_fields import BillingFields

_ID = re.compile(r"[0-9]{1,9}")


class OptionForm(BillingFields, RowForm):
    """`offers.save` checks label, price and terms. `id` is that of the option's row, "" for a new one."""

    id = HiddenField()
    label = StringField(_l("Label"))
    price = StringField(_l("Price"))
    stock = StringField(
        _l("Stock"),
        validators=[
            Optional(),
            Regexp(r"[0-9]{1,6}\Z", message=_l("Enter a whole number, or leave blank for unlimited.")),
        ],
    )

    def fields(self, name: str) -> OptionFields:
        """The typed values, after validation. `name` is that of the form's part."""
        return OptionFields(
            field=name,
            id=int(self.id.data) if _ID.fullmatch(self.id.data or "") else None,
            label=self.label.data or "",
            price=self.price.data or "",
            stock=int(self.stock.data) if self.stock.data else None,
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
        "price": Money(option.amount, currency).decimal_text(),
        "stock": "" if option.stock is None else str(option.stock),
        "every": str(option.every),
        "trial_days": str(option.trial_days),
        "instalments": str(option.instalments or ""),
    }


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) >= MAX_OPTIONS:
        raise ValidationError(_("An offer has up to %(most)s price options.", most=MAX_OPTIONS))
