"""Forms: they parse what people type. The business rules are in the operations."""

from storefront.web.forms.answers import missing_answer, read_answers
from storefront.web.forms.arrival import sent_arrival
from storefront.web.forms.base import Form
from storefront.web.forms.checkout import CheckoutForm, PaymentForm
from storefront.web.forms.companies import read_company, valid_vat_id
from storefront.web.forms.customer import EmailForm
from storefront.web.forms.emails import CustomTextForm
from storefront.web.forms.found_payments import FoundPaymentForm
from storefront.web.forms.integrations.api_tokens import ApiTokenForm
from storefront.web.forms.integrations.telegram import TelegramForm
from storefront.web.forms.integrations.webhooks import WebhookEndpointForm
from storefront.web.forms.legal import ContractCancellationForm, LegalTextsForm, OrderAndEmailForm, WithdrawalForm
from storefront.web.forms.lengths import MIN_PASSWORD, NAME
from storefront.web.forms.limit_settings import LimitsForm
from storefront.web.forms.mail_test import MailTestForm
from storefront.web.forms.merchant_webhooks import SigningSecretForm
from storefront.web.forms.merchants import MerchantEditForm, MerchantForm, OffersMoveForm
from storefront.web.forms.moments import moment_text
from storefront.web.forms.offers.addons import rows_of_addons
from storefront.web.forms.offers.deliverables import DeliverableForm
from storefront.web.forms.offers.files import FileForm
from storefront.web.forms.offers.offer import OfferForm
from storefront.web.forms.offers.price_fields import price_values, stock_text, typed_stock
from storefront.web.forms.offers.price_options import option_values
from storefront.web.forms.offers.questions import rows_of_questions
from storefront.web.forms.offers.shipping import rows_of_shipping
from storefront.web.forms.offers.taxes import tax_values
from storefront.web.forms.orders.email_changes import CustomerEmailForm
from storefront.web.forms.orders.notes import NoteForm
from storefront.web.forms.orders.outside_payments import OutsidePaymentForm, RequestPaymentForm
from storefront.web.forms.payment_requests import PaymentRequestForm
from storefront.web.forms.plan_switches import CustomerSwitchForm, PlanSwitchForm
from storefront.web.forms.promo_codes import PromoCodeForm
from storefront.web.forms.refunds import RefundForm
from storefront.web.forms.shipping.address import ADDRESS_LENGTHS, field_of, missing_part, read_address
from storefront.web.forms.shipping.shipment import ShipmentForm
from storefront.web.forms.shop_profile import ShopProfileForm
from storefront.web.forms.sign_in import (
    CodeForm,
    ConfirmPasswordForm,
    FirstAdminForm,
    ForgottenPasswordForm,
    InvitationForm,
    NewPasswordForm,
    PasskeyAnswerForm,
    PasskeyForm,
    PasswordForm,
    SignInForm,
)
from storefront.web.forms.subscriptions import CancellationForm, PauseForm, PriceForm, TrialForm, start_of_day

__all__ = [
    "ADDRESS_LENGTHS",
    "MIN_PASSWORD",
    "NAME",
    "ApiTokenForm",
    "CancellationForm",
    "CheckoutForm",
    "CodeForm",
    "ConfirmPasswordForm",
    "ContractCancellationForm",
    "CustomTextForm",
    "CustomerEmailForm",
    "CustomerSwitchForm",
    "DeliverableForm",
    "EmailForm",
    "FileForm",
    "FirstAdminForm",
    "ForgottenPasswordForm",
    "Form",
    "FoundPaymentForm",
    "InvitationForm",
    "LegalTextsForm",
    "LimitsForm",
    "MailTestForm",
    "MerchantEditForm",
    "MerchantForm",
    "NewPasswordForm",
    "NoteForm",
    "OfferForm",
    "OffersMoveForm",
    "OrderAndEmailForm",
    "OutsidePaymentForm",
    "PasskeyAnswerForm",
    "PasskeyForm",
    "PasswordForm",
    "PauseForm",
    "PaymentForm",
    "PaymentRequestForm",
    "PlanSwitchForm",
    "PriceForm",
    "PromoCodeForm",
    "RefundForm",
    "RequestPaymentForm",
    "ShipmentForm",
    "ShopProfileForm",
    "SignInForm",
    "SigningSecretForm",
    "TelegramForm",
    "TrialForm",
    "WebhookEndpointForm",
    "WithdrawalForm",
    "field_of",
    "missing_answer",
    "missing_part",
    "moment_text",
    "option_values",
    "price_values",
    "read_address",
    "read_answers",
    "read_company",
    "rows_of_addons",
    "rows_of_questions",
    "rows_of_shipping",
    "sent_arrival",
    "start_of_day",
    "stock_text",
    "tax_values",
    "typed_stock",
    "valid_vat_id",
]
