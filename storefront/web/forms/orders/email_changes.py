"""The form in which the owner changes a customer's email address."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Email, InputRequired, Length

from storefront.web.forms.base import Form
from storefront.web.forms.lengths import EMAIL


class CustomerEmailForm(Form):
    """The new address. `joins` is the number of its orders that the owner has seen before the two customers merge."""

    email = StringField(
        _l("New email"),
        validators=[
            InputRequired(_l("Enter the customer’s email address.")),
            Length(max=EMAIL, message=_l("This address is too long.")),
            Email(_l("This is not an email address."), allow_smtputf8=False),
        ],
    )
    joins = HiddenField()
