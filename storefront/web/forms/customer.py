"""What a buyer types on their own page. No CSRF token: nobody is signed in, the origin is checked."""

from flask_wtf import FlaskForm
from wtforms import StringField

from storefront.web.forms.checkout import PaymentForm


class EmailForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """An email address, as checkout takes it."""

    email = StringField()

    class Meta:
        csrf = False

    validate_email = PaymentForm.validate_email
