"""One thing that a new offer delivers, in the form of the offer."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront.delivery import UNKNOWN_OPTION, DeliverableFields, NewDeliverable
from storefront.models import DeliverableKind
from storefront.web.forms.form_rows import RowForm
from storefront.web.forms.offers.deliverables import MAX_DELIVERED_TEXT, text_too_long, title_missing

# A file is added after the offer is saved: it is uploaded in parts.
_KINDS = (DeliverableKind.LINK, DeliverableKind.KEYS, DeliverableKind.TEXT)


class NewDeliverableForm(RowForm):
    """Each kind shows its own fields. `delivery.save_new_offer` checks what was typed."""

    kind = HiddenField()
    option = SelectField(_l("Price option"), validate_choice=False)
    title = StringField(_l("Title"), validators=[InputRequired(title_missing), Length(max=200, message=text_too_long)])
    url = StringField(_l("Link"))
    text = TextAreaField(_l("Text"), validators=[Length(max=MAX_DELIVERED_TEXT, message=text_too_long)])
    keys = TextAreaField(_l("License keys"))

    @property
    def shown_kind(self) -> DeliverableKind:
        """What is delivered."""
        return DeliverableKind(self.kind.data) if self.kind.data in _KINDS else DeliverableKind.LINK

    def set_options(self, names: Mapping[str, str]) -> None:
        """Set the choices: {key of a price option: its name}. One that was removed stays chosen, so that it is seen."""
        chosen = self.option.data or ""
        gone = {chosen: _("Removed price option")} if chosen and chosen not in names else {}
        self.option.choices = [SelectChoice(key, name) for key, name in {"": _all(), **names, **gone}.items()]

    def typed(self, name: str, keys: Sequence[str]) -> NewDeliverable:
        """What was typed. `name` is that of the form's part; `keys` are those of the price options in their order."""
        title = " ".join((self.title.data or "").split())
        fields = DeliverableFields(title, url=self.url.data or "", text=self.text.data or "", keys=self.keys.data or "")
        chosen = self.option.data or ""
        option = (keys.index(chosen) if chosen in keys else UNKNOWN_OPTION) if chosen else None
        return NewDeliverable(name, self.shown_kind, fields, option)


def _all() -> str:
    return _("All price options")


def deliverable_rows() -> Any:
    """The field of a form that holds them."""
    return FieldList(FormField(NewDeliverableForm))
