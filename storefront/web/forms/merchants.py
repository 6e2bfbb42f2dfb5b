"""Forms for a merchant's name and keys, and for moving its offers."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from storefront.web.forms.base import Form
from storefront.web.forms.lengths import NAME

_name_missing = _l("Enter a name for this account.")
_publishable_missing = _l("Enter the publishable key. It starts with pk_.")
_secret_missing = _l("Enter the secret key. It starts with sk_ or rk_.")
_too_long = _l("This is too long.")


class MerchantForm(Form):
    """A Stripe account to connect. The operation checks the keys with Stripe."""

    name = StringField(
        _l("Account name"),
        validators=[InputRequired(_name_missing), Length(1, NAME, _too_long)],
    )
    publishable_key = StringField(
        _l("Publishable key"),
        validators=[InputRequired(_publishable_missing), Length(max=255, message=_too_long)],
    )
    secret_key = StringField(
        _l("Secret key"),
        validators=[InputRequired(_secret_missing), Length(max=255, message=_too_long)],
    )


class MerchantEditForm(MerchantForm):
    """Changes of a connected account. An empty secret key keeps the current one."""

    secret_key = StringField(_l("Secret key"), validators=[Length(max=255, message=_too_long)])


class OffersMoveForm(Form):
    """The merchant that receives the offers' payments from now on. The view sets the choices."""

    target = SelectField(_l("Move to"), coerce=str, validators=[InputRequired(_l("Choose an account."))])
