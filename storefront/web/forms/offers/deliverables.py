"""The form of something that an offer delivers: a link, a text, license keys or a file."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront.delivery import DeliverableFields
from storefront.models import MAX_URL, PriceOption
from storefront.web.forms.base import Form

MAX_DELIVERED_TEXT = 20_000
title_missing = _l("Enter a title.")
text_too_long = _l("This is too long.")


class DeliverableForm(Form):
    """Each kind shows its own fields. `delivery.add_deliverable` checks what was typed."""

    title = StringField(_l("Title"), validators=[InputRequired(title_missing), Length(max=200, message=text_too_long)])
    option = SelectField(_l("Price option"), validate_choice=False)
    url = StringField(_l("Link"), validators=[Length(max=MAX_URL, message=text_too_long)])
    text = TextAreaField(_l("Text"), validators=[Length(max=MAX_DELIVERED_TEXT, message=text_too_long)])
    keys = TextAreaField(_l("License keys"))
    for_earlier = BooleanField(_l("Also for earlier customers"))

    def set_options(self, options: Sequence[PriceOption]) -> None:
        """Set the choices of the select. `options` are the stored ones of the offer."""
        named = [SelectChoice(str(option.id), option.label) for option in options]
        self.option.choices = [SelectChoice("", _("All price options")), *named]

    def fields(self) -> DeliverableFields:
        """What was typed."""
        typed = self.option.data or ""
        return DeliverableFields(
            title=self.title.data,
            option_id=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None,
            url=self.url.data,
            text=self.text.data,
            keys=self.keys.data,
            for_earlier=self.for_earlier.data,
        )
