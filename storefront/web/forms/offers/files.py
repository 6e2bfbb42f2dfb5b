"""The form of a file that an offer delivers."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from storefront.web.forms.offers.deliverables import DeliverableForm


class FileForm(DeliverableForm):
    """`stored` is the id of a file that a script has uploaded before; else `file` comes with the form.

    Without a title, customers see the name of the file.
    """

    file = FileField(_l("File"))
    title = StringField(_l("Title"), validators=[Length(max=200, message=_l("This is too long."))])
    option = SelectField(_l("Price option"), validate_choice=False)
    for_earlier = BooleanField(_l("Also for earlier customers"))
    stored = HiddenField()
