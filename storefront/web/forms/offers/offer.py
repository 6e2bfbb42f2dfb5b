"""The form of an offer."""

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from storefront.delivery import NewDeliverable
from storefront.i18n import isolate
from storefront.models import MAX_OPTION_LABEL, Merchant, OfferStatus, Question
from storefront.money import CURRENCIES
from storefront.offers import AddonFields, OptionFields, ShippingPriceFields, TaxFields
from storefront.web.forms.moments import MomentField
from storefront.web.forms.offers.addons import addon_rows
from storefront.web.forms.offers.billing_fields import BILLING_NAMES, BillingFields
from storefront.web.forms.offers.new_deliverables import deliverable_rows
from storefront.web.forms.offers.price_fields import PRICE_NAMES, PriceFields, stock_field
from storefront.web.forms.offers.price_options import option_rows
from storefront.web.forms.offers.questions import question_rows
from storefront.web.forms.offers.shipping import shipping_rows
from storefront.web.forms.offers.taxes import TaxPart
from storefront.web.forms.withdrawal_fields import WithdrawalFields
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES, mode_name

MAX_TEXT = 20_000
TAX_NAMES = ("tax_name", "tax_rate", "tax_included", "tax_rates")

_title_missing = _l("Enter a title.")
_too_long = _l("This is too long.")
_invalid_quantity = _l("Enter a whole number from 1 to 99.")

# The key of the first price option, which is the offer itself.
FIRST_OPTION = "first"


class OfferForm(PriceFields, BillingFields, TaxPart, WithdrawalFields):
    """The fields of an offer. `offers.save` checks whether the price can be charged and the offer sold."""

    title = StringField(_l("Title"), validators=[InputRequired(_title_missing), Length(1, 200, _too_long)])
    slug = StringField(
        _l("Address"),
        validators=[
            Optional(),
            Regexp(r"[a-z0-9-]{1,60}\Z", message=_l("Use up to 60 lowercase Latin letters, digits and hyphens.")),
        ],
    )
    short_description = StringField(_l("Summary"), validators=[Length(max=160, message=_too_long)])
    description = TextAreaField(_l("Description"), validators=[Length(max=MAX_TEXT, message=_too_long)])
    picture = FileField(_l("Image"))
    picture_alt = StringField(_l("Alt text"), validators=[Length(max=200, message=_too_long)])
    remove_picture = BooleanField(_l("Remove the image"))
    currency = SelectField(_l("Currency"), choices=list(CURRENCIES), validate_choice=True)
    merchant = SelectField(_l("Payment system"), coerce=str)
    second_merchant = SelectField(_l("Second payment system"), coerce=str, default="")
    # Whether the shop has more merchants than the select, and how many a search for others has found.
    finds_merchants, merchants_found = False, ""
    statement_descriptor_suffix = StringField(_l("Statement descriptor"))
    language = SelectField(_l("Language"), choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES])
    status = SelectField(_l("Status"), choices=list(OfferStatus))
    listed = BooleanField(_l("Listed"))
    thank_you = TextAreaField(_l("Thank-you page"), validators=[Length(max=MAX_TEXT, message=_too_long)])
    redirect_url = StringField(_l("Redirect after payment"))
    max_quantity = StringField(
        _l("Maximum quantity"),
        validators=[InputRequired(_invalid_quantity), Regexp(r"[1-9][0-9]?\Z", message=_invalid_quantity)],
    )

    min_quantity = StringField(
        _l("Minimum quantity"),
        default="1",
        validators=[Optional(), Regexp(r"[1-9][0-9]?\Z", message=_invalid_quantity)],
    )
    waiting_list = BooleanField(_l("Waiting list"))
    on_sale_from = MomentField(_l("On sale from"))
    on_sale_until = MomentField(_l("On sale until"))

    stock = stock_field(_l("Stock"))

    asks_country = BooleanField(_l("Ask for country"))
    asks_company = BooleanField(_l("Ask for company"))
    asks_shipping = BooleanField(_l("Ask for shipping address"))
    shipping = shipping_rows()
    questions = question_rows()
    addons = addon_rows()
    # Of a new offer; the page of a saved one has a form for each.
    deliverables = deliverable_rows()
    allowed_sites = TextAreaField(_l("Allowed sites"), validators=[Length(max=2_000, message=_too_long)])

    option_label = StringField(
        _l("Name of the first option"), validators=[Length(max=MAX_OPTION_LABEL, message=_too_long)]
    )
    plan_switching = BooleanField(_l("Customers can switch plan"))
    first_stock = stock_field(_l("Stock of the first option"))
    options = option_rows()

    def typed_options(self) -> tuple[OptionFields, ...] | None:
        """The further price options; None if the form was sent without their section."""
        return tuple(row.form.fields(row.name) for row in self.options) if self.has_rows(self.options) else None

    def typed_addons(self) -> tuple[AddonFields, ...] | None:
        """The add-ons; None if the form was sent without their section."""
        return tuple(row.form.fields(row.name) for row in self.addons) if self.has_rows(self.addons) else None

    def typed_deliverables(self) -> tuple[NewDeliverable, ...]:
        """What a new offer delivers."""
        keys = tuple(self.option_names())
        return tuple(row.form.typed(row.name, keys) for row in self.deliverables)

    def option_names(self) -> dict[str, str]:
        """{key: name} of the price options of a new offer in their order; none if it has one price."""
        further = {
            row.form.key.data: row.form.label.data or _("Price option %(number)s", number=number)
            for number, row in enumerate(self.options, 2)
        }
        first = self.option_label.data or _("Price option %(number)s", number=1)
        return {FIRST_OPTION: first, **further} if further else {}

    def chosen_tax(self) -> TaxFields | None:
        """The tax; None if the form was sent without its section."""
        return self.typed_tax() if self.has_rows(self.tax_rates) or "tax_name" in (self.sent or ()) else None

    def typed_shipping(self) -> tuple[ShippingPriceFields, ...] | None:
        """The shipping prices; None if the form was sent without their section."""
        return tuple(row.form.fields(row.name) for row in self.shipping) if self.has_rows(self.shipping) else None

    def typed_questions(self) -> tuple[Question, ...] | None:
        """The questions; None if the form was sent without their section."""
        return tuple(row.form.question() for row in self.questions) if self.has_rows(self.questions) else None

    def validate_price(self, field: Field) -> None:
        """There is one, unless customers choose it."""
        if not field.data and not self.pay_what_you_want.data:
            raise ValidationError(_l("Enter a price."))

    def typed_fields(self) -> list[Field]:
        """The visible fields, those of pricing and the tax last."""
        pricing = {*BILLING_NAMES, *PRICE_NAMES[1:], *TAX_NAMES, "option_label", "first_stock", "options"}
        return sorted(super().typed_fields(), key=lambda field: field.name in pricing)

    def uploaded_picture(self) -> bytes | None:
        """The uploaded file; None if there is none."""
        upload = self.picture.data
        return upload.read() if upload and upload.filename else None

    def set_choices(self, merchants: list[Merchant]) -> None:
        """Set the choices of all selects, in the page's language. `merchants` are those that can be chosen."""
        locale = get_locale() or Locale("en")
        self.currency.choices = [SelectChoice(code, currency_label(code, locale)) for code in CURRENCIES]
        self.status.choices = [
            SelectChoice(status, name)
            for status, name in zip(OfferStatus, (_("Draft"), _("Published"), _("Archived")), strict=True)
        ]
        self.set_billing_choices()
        self.set_tax_choices()
        for row in self.shipping:
            row.form.set_country_choices()
        for entry in self.options:
            entry.form.set_billing_choices()
        for entry in self.deliverables:
            entry.form.set_options(self.option_names())
        self.merchant.choices = [SelectChoice("", _("— choose later —")), *merchant_choices(merchants)]
        self.second_merchant.choices = [SelectChoice("", _("None")), *merchant_choices(merchants)]

    @property
    def asks_second_merchant(self) -> bool:
        """Whether there is one to choose, or one that was chosen."""
        return self.finds_merchants or len(self.merchant.choices) > 2 or bool(self.second_merchant.data)


def currency_label(code: str, locale: Locale) -> str:
    """`EUR — Euro`, in the language of `locale`."""
    name = locale.currencies.get(code)
    return f"{code} — {name}" if name else code


def merchant_choices(merchants: list[Merchant]) -> list[SelectChoice]:
    """Choices of a select. Equal names also show the mode, and if that is equal too, Stripe's account id."""
    names = [isolate(merchant.name) for merchant in merchants]
    with_mode = [f"{isolate(merchant.name)} ({mode_name(merchant.mode)})" for merchant in merchants]
    choices = []
    for merchant, name, name_and_mode in zip(merchants, names, with_mode, strict=True):
        label = name if names.count(name) == 1 else name_and_mode
        if names.count(name) > 1 and with_mode.count(name_and_mode) > 1:
            label = f"{name_and_mode} {merchant.stripe_account_id or merchant.publishable_key[-6:]}"
        if not merchant.takes_payments:
            label = _("%(name)s — disconnected", name=label)
        choices.append(SelectChoice(str(merchant.id), label))
    return choices
