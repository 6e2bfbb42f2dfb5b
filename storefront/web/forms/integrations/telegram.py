"""The form of messages in Telegram."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront.models import TelegramDetail, TelegramKind
from storefront.web.forms.base import Form
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES

_too_long = _l("This is too long.")


class TelegramForm(Form):
    """Bot, chat, and what is told there. An empty token keeps the stored one."""

    token = StringField(_l("Bot token"), validators=[Length(max=200, message=_too_long)])
    chat_id = StringField(
        _l("Chat ID"),
        validators=[InputRequired(_l("Enter the ID of the chat.")), Length(max=64, message=_too_long)],
    )
    kinds = SelectMultipleField(
        _l("Messages about"),
        choices=[SelectChoice(str(kind)) for kind in TelegramKind],
        default=[str(kind) for kind in TelegramKind],
    )
    details = SelectMultipleField(
        _l("Personal data in messages"), choices=[SelectChoice(str(detail)) for detail in TelegramDetail], default=[]
    )
    language = SelectField(_l("Language"), choices=[SelectChoice(one, LANGUAGE_NAMES[one]) for one in LANGUAGES])
