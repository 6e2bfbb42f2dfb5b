"""One thing that a new offer delivers, in the form of the offer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from storefront.delivery import DeliverableFields, NewDeliverable
from storefront.models import DeliverableKind
from storefront.web.forms.form_rows import RowForm
from storefront.web.forms.offers.deliverables import MAX_DELIVERED_TEXT, text_too_long, title_missing

# A file is added after the offer is saved: it is uploaded in parts.
_KINDS = (DeliverableKind.LINK, DeliverableKind.KEYS, DeliverableKind.TEXT)


class NewDeliverableForm(RowForm):
    """Each kind shows its own fields. `delivery.save_new_offer` checks what was typed."""

    kind = HiddenField()
    title = StringField(_l("Title"), validators=[InputRequired(title_missing), Length(max=200, message=text_too_long)])
    url = StringField(_l("Link"))
    text = TextAreaField(_l("Text"), validators=[Length(max=MAX_DELIVERED_TEXT, message=text_too_long)])
    keys = TextAreaField(_l("License keys"))

    @property
    def shown_kind(self) -> DeliverableKind:
        """What is delivered."""
        return DeliverableKind(self.kind.data) if self.kind.data in _KINDS else DeliverableKind.LINK

    def typed(self, name: str) -> NewDeliverable:
        """What was typed. `name` is that of the form's part."""
        title = " ".join((self.title.data or "").split())
        fields = DeliverableFields(title, url=self.url.data or "", text=self.text.data or "", keys=self.keys.data or "")
        return NewDeliverable(name, self.shown_kind, fields)


def deliverable_rows() -> Any:
    """The field of a form that holds them."""
    return FieldList(FormField(NewDeliverableForm))
