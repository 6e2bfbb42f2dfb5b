"""A note about an order or a customer."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from storefront.web.forms.base import Form

MAX_NOTE = 2000


class NoteForm(Form):
    """Some lines of text that only the team reads."""

    note = TextAreaField(
        _l("Note"),
        validators=[
            InputRequired(_l("Write the note first.")),
            Length(max=MAX_NOTE, message=_l("Use up to %(most)s characters.", most=MAX_NOTE)),
        ],
    )
