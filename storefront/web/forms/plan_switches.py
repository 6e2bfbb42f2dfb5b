"""The form of a switch to another price option, as its customer and the owner send it."""

import re
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from storefront.web.forms.base import Form

_NUMBER = re.compile(r"[0-9]{1,10}")


class PlanSwitchForm(Form):
    """`plan` is the id of a price option. `at` and `due` are the preview that was shown: its moment (Unix time), and
    what it charges today, in minor units.
    """

    error_heading = _l("Nothing was changed. Check these fields:")

    plan = RadioField(_l("New plan"), validate_choice=False)
    at = HiddenField()
    due = HiddenField()

    @property
    def option_id(self) -> int | None:
        """The chosen price option; None if none was."""
        return _number(self.plan.data)

    @property
    def shown(self) -> tuple[datetime, int] | None:
        """Moment and amount of the preview that was shown; None if none was."""
        at, due = _number(self.at.data), _number(self.due.data)
        return None if at is None or due is None else (datetime.fromtimestamp(at, UTC), due)


class CustomerSwitchForm(PlanSwitchForm):
    """The same on the customer's page: there is no session that could hold a CSRF token."""

    class Meta:
        csrf = False


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and _NUMBER.fullmatch(typed) else None
