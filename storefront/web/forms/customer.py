"""Forms of the customer pages. They have no CSRF token, because there is no session; the origin is checked."""

from wtforms import StringField

from storefront.web.forms.base import CleanForm
from storefront.web.forms.checkout import PaymentForm


class EmailForm(CleanForm):
    """An email address, validated as in checkout."""

    email = StringField()

    class Meta:
        csrf = False

    validate_email = PaymentForm.validate_email
