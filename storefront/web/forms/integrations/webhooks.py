"""The form of an endpoint of another program."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from storefront.models import EventType
from storefront.web.forms.base import Form


class WebhookEndpointForm(Form):
    """Where events are delivered, and which. `integrations.add_endpoint` checks the address."""

    url = StringField(_l("URL"), validators=[InputRequired(_l("Enter the URL of your endpoint."))])
    types = SelectMultipleField(
        _l("Events"), choices=[SelectChoice(str(kind)) for kind in EventType], default=[str(kind) for kind in EventType]
    )
