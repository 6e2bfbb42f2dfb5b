"""One add-on in the form of an offer."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, StringField, ValidationError

from storefront.models import Addon
from storefront.money import Money
from storefront.offers import MAX_ADDONS, AddonFields
from storefront.web.forms.form_rows import RowForm


class AddonForm(RowForm):
    """`offers.save` checks title and price. `id` is that of the add-on, "" for a new one."""

    id = HiddenField()
    title = StringField(_l("Title"))
    price = StringField(_l("Price"))

    def fields(self, name: str) -> AddonFields:
        """The typed values. `name` is that of the form's part."""
        typed_id = self.id.data or ""
        return AddonFields(
            field=name,
            title=" ".join((self.title.data or "").split()),
            price=self.price.data or "",
            id=int(typed_id) if typed_id.isascii() and typed_id.isdigit() and len(typed_id) < 10 else 0,
        )


def addon_rows() -> Any:
    """The field of a form that holds them."""
    return FieldList(FormField(AddonForm), validators=[_not_too_many])


def rows_of_addons(addons: Iterable[Addon], currency: str) -> list[dict[str, object]]:
    """The values of that field."""
    return [
        {"id": str(addon.id), "title": addon.title, "price": Money(addon.amount, currency).decimal_text()}
        for addon in addons
    ]


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) > MAX_ADDONS:
        raise ValidationError(_("An offer has up to %(most)s add-ons.", most=MAX_ADDONS))
