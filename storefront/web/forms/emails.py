"""The form for the owner's text of an email."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from storefront.web.forms.base import Form

_too_long = _l("This is too long.")


class CustomTextForm(Form):
    """Subject and text. `emails.save_custom_text` checks the variables in them."""

    subject = StringField(
        _l("Subject"),
        validators=[InputRequired(_l("Enter a subject.")), Length(max=200, message=_too_long)],
    )
    words = TextAreaField(
        _l("Message"),
        validators=[InputRequired(_l("Enter the message.")), Length(max=20_000, message=_too_long)],
    )
