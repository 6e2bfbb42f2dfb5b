"""The form for a webhook endpoint that the owner created at Stripe."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from storefront.web.forms.base import Form


class SigningSecretForm(Form):
    """The endpoint's signing secret. It is stored encrypted and never shown again."""

    secret = StringField(
        _l("Signing secret"),
        validators=[
            InputRequired(_l("Enter the signing secret. It starts with whsec_.")),
            Length(max=255, message=_l("This is too long.")),
        ],
    )
