"""Forms for signing in, the first admin, invitations, a new password, and typing the password again."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, EqualTo, InputRequired, Length

from storefront.models import Role
from storefront.web.forms.base import Form
from storefront.web.forms.lengths import EMAIL, MIN_PASSWORD

MAX_PASSWORD = 1000

_email_missing = _l("Enter your email address.")
_too_short = _l("Use at least %(least)s characters.", least=MIN_PASSWORD)
_new_password = (
    InputRequired(_l("Enter a new password.")),
    Length(MIN_PASSWORD, MAX_PASSWORD, _too_short),
)
_an_email = (
    InputRequired(_email_missing),
    Length(max=EMAIL, message=_l("This address is too long.")),
    Email(_l("This is not an email address."), allow_smtputf8=False),
)


class SignInForm(Form):
    """Email and password of an admin. The error never says which of the two is wrong."""

    email = StringField(_l("Email"), validators=[InputRequired(_email_missing), Length(max=EMAIL)])
    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=MAX_PASSWORD)]
    )


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Enter the code.")), Length(max=100)])


class PasskeyAnswerForm(Form):
    """What the browser has made of the passkey's options, JSON."""

    answer = HiddenField(validators=[InputRequired(), Length(max=20_000)])


class PasskeyForm(PasskeyAnswerForm):
    """A new passkey and its name."""

    name = StringField(
        _l("Passkey name"),
        validators=[
            InputRequired(_l("Enter a name for this passkey.")),
            Length(max=100, message=_l("This is too long.")),
        ],
    )


class FirstAdminForm(Form):
    """The account of the first admin."""

    email = StringField(_l("Email"), validators=_an_email)
    password = PasswordField(_l("Password"), validators=_new_password)
    time_zone = HiddenField()  # the browser's time zone; the settings can change it


class ConfirmPasswordForm(Form):
    """The password of the admin who is signed in, before an action that asks for it again."""

    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=MAX_PASSWORD)]
    )


class PasswordForm(Form):
    """A new password, typed twice because it is hidden."""

    present = PasswordField(
        _l("Current password"), validators=[InputRequired(_l("Enter your current password.")), Length(max=MAX_PASSWORD)]
    )
    new = PasswordField(_l("New password"), validators=_new_password)
    again = PasswordField(_l("Confirm new password"), validators=[EqualTo("new", _l("The new passwords don’t match."))])


class NewPasswordForm(Form):
    """A new password, by a link from an email: typed twice because it is hidden."""

    password = PasswordField(_l("New password"), validators=_new_password)
    again = PasswordField(
        _l("Confirm new password"), validators=[EqualTo("password", _l("The new passwords don’t match."))]
    )


class ForgottenPasswordForm(Form):
    """Whose password is forgotten."""

    email = StringField(_l("Email"), validators=_an_email)


class InvitationForm(Form):
    """Who is invited to the team, and as what."""

    email = StringField(_l("Email"), validators=_an_email)
    role = SelectField(
        _l("Role"),
        choices=[
            SelectChoice(Role.OWNER, _l("Owner")),
            SelectChoice(Role.MANAGER, _l("Manager")),
            SelectChoice(Role.VIEWER, _l("Viewer")),
        ],
        default=Role.VIEWER,
    )
