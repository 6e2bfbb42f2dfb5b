"""The routes of Billing: products, prices, subscriptions, schedules, invoices and test clocks."""

from stripe import params
from stripe.params import test_helpers

from stripe_simulator.api.route import SERVER, Route
from stripe_simulator.resources.billing import coupon, invoice, invoice_payment, price, product, tax_rate, test_clock
from stripe_simulator.resources.subscriptions import (
    immediate_change,
    subscription,
    subscription_item,
    subscription_schedule,
    subscription_update,
)

PRODUCT, PRODUCTS = "/v1/products/<id>", "/v1/products"
COUPON, COUPONS = "/v1/coupons/<id>", "/v1/coupons"
TAX_RATE, TAX_RATES = "/v1/tax_rates/<id>", "/v1/tax_rates"
PRICE, PRICES = "/v1/prices/<id>", "/v1/prices"
SUBSCRIPTION, SUBSCRIPTIONS = "/v1/subscriptions/<id>", "/v1/subscriptions"
ITEM, ITEMS = "/v1/subscription_items/<id>", "/v1/subscription_items"
SCHEDULE, SCHEDULES = "/v1/subscription_schedules/<id>", "/v1/subscription_schedules"
INVOICE, INVOICES = "/v1/invoices/<id>", "/v1/invoices"
CLOCK, CLOCKS = "/v1/test_helpers/test_clocks/<id>", "/v1/test_helpers/test_clocks"

# fmt: off
ROUTES = [
    Route("POST", PRODUCTS, product.create, params.ProductCreateParams, SERVER, "product_write"),
    Route("GET", PRODUCTS, product.list_all, params.ProductListParams, SERVER, "product_read"),
    Route("GET", PRODUCT, product.retrieve, params.ProductRetrieveParams, SERVER, "product_read"),
    Route("POST", PRODUCT, product.update, params.ProductUpdateParams, SERVER, "product_write"),
    Route("DELETE", PRODUCT, product.delete, params.ProductDeleteParams, SERVER, "product_write"),

    Route("POST", PRICES, price.create, params.PriceCreateParams, SERVER, "plan_write"),
    Route("GET", PRICES, price.list_all, params.PriceListParams, SERVER, "plan_read"),
    Route("GET", PRICE, price.retrieve, params.PriceRetrieveParams, SERVER, "plan_read"),
    Route("POST", PRICE, price.update, params.PriceUpdateParams, SERVER, "plan_write"),

    Route("POST", COUPONS, coupon.create, params.CouponCreateParams, SERVER, "coupon_write"),
    Route("GET", COUPONS, coupon.list_all, params.CouponListParams, SERVER, "coupon_read"),
    Route("GET", COUPON, coupon.retrieve, params.CouponRetrieveParams, SERVER, "coupon_read"),
    Route("DELETE", COUPON, coupon.delete, params.CouponDeleteParams, SERVER, "coupon_write"),

    Route("POST", TAX_RATES, tax_rate.create, params.TaxRateCreateParams, SERVER, "tax_rate_write"),
    Route("GET", TAX_RATES, tax_rate.list_all, params.TaxRateListParams, SERVER, "tax_rate_read"),
    Route("GET", TAX_RATE, tax_rate.retrieve, params.TaxRateRetrieveParams, SERVER, "tax_rate_read"),
    Route("POST", TAX_RATE, tax_rate.update, params.TaxRateUpdateParams, SERVER, "tax_rate_write"),

    Route("POST", SUBSCRIPTIONS, subscription.create, params.SubscriptionCreateParams, SERVER, "subscription_write"),
    Route("GET", SUBSCRIPTIONS, subscription.list_all, params.SubscriptionListParams, SERVER, "subscription_read"),
    Route("GET", SUBSCRIPTION, subscription.retrieve, params.SubscriptionRetrieveParams, SERVER, "subscription_read"),
    Route("POST", SUBSCRIPTION, subscription_update.update, params.SubscriptionUpdateParams, SERVER,
          "subscription_write"),
    Route("DELETE", SUBSCRIPTION, subscription.cancel, params.SubscriptionCancelParams, SERVER, "subscription_write"),
    Route("POST", f"{SUBSCRIPTION}/resume", subscription.resume, params.SubscriptionResumeParams, SERVER,
          "subscription_write"),

    Route("GET", ITEMS, subscription_item.list_all, params.SubscriptionItemListParams, SERVER, "subscription_read"),
    Route("GET", ITEM, subscription_item.retrieve, params.SubscriptionItemRetrieveParams, SERVER, "subscription_read"),
    Route("POST", ITEM, subscription_item.update, params.SubscriptionItemUpdateParams, SERVER, "subscription_write"),

    Route("POST", SCHEDULES, subscription_schedule.create, params.SubscriptionScheduleCreateParams, SERVER,
          "subscription_write"),
    Route("GET", SCHEDULES, subscription_schedule.list_all, params.SubscriptionScheduleListParams, SERVER,
          "subscription_read"),
    Route("GET", SCHEDULE, subscription_schedule.retrieve, params.SubscriptionScheduleRetrieveParams, SERVER,
          "subscription_read"),
    Route("POST", SCHEDULE, subscription_schedule.update, params.SubscriptionScheduleUpdateParams, SERVER,
          "subscription_write"),
    Route("POST", f"{SCHEDULE}/release", subscription_schedule.release, params.SubscriptionScheduleReleaseParams,
          SERVER, "subscription_write"),
    Route("POST", f"{SCHEDULE}/cancel", subscription_schedule.cancel, params.SubscriptionScheduleCancelParams,
          SERVER, "subscription_write"),

    Route("GET", INVOICES, invoice.list_all, params.InvoiceListParams, SERVER, "invoice_read"),
    Route("POST", f"{INVOICES}/create_preview", immediate_change.preview, params.InvoiceCreatePreviewParams, SERVER,
          "invoice_read"),
    Route("GET", INVOICE, invoice.retrieve, params.InvoiceRetrieveParams, SERVER, "invoice_read"),
    Route("POST", INVOICE, invoice.update, params.InvoiceUpdateParams, SERVER, "invoice_write"),
    Route("GET", f"{INVOICE}/lines", invoice.list_lines, params.InvoiceLineItemListParams, SERVER, "invoice_read"),
    Route("POST", f"{INVOICE}/finalize", invoice.finalize, params.InvoiceFinalizeInvoiceParams, SERVER,
          "invoice_write"),
    Route("POST", f"{INVOICE}/pay", invoice.pay, params.InvoicePayParams, SERVER, "invoice_write"),
    Route("POST", f"{INVOICE}/void", invoice.void, params.InvoiceVoidInvoiceParams, SERVER, "invoice_write"),
    Route("POST", f"{INVOICE}/mark_uncollectible", invoice.mark_uncollectible, params.InvoiceMarkUncollectibleParams,
          SERVER, "invoice_write"),

    Route("GET", "/v1/invoice_payments", invoice_payment.list_all, params.InvoicePaymentListParams, SERVER,
          "invoice_read"),
    Route("GET", "/v1/invoice_payments/<id>", invoice_payment.retrieve, params.InvoicePaymentRetrieveParams, SERVER,
          "invoice_read"),

    Route("POST", CLOCKS, test_clock.create, test_helpers.TestClockCreateParams, SERVER, "billing_clock_write"),
    Route("GET", CLOCKS, test_clock.list_all, test_helpers.TestClockListParams, SERVER, "billing_clock_read"),
    Route("GET", CLOCK, test_clock.retrieve, test_helpers.TestClockRetrieveParams, SERVER, "billing_clock_read"),
    Route("POST", f"{CLOCK}/advance", test_clock.advance, test_helpers.TestClockAdvanceParams, SERVER,
          "billing_clock_write"),
    Route("DELETE", CLOCK, test_clock.delete, test_helpers.TestClockDeleteParams, SERVER, "billing_clock_write"),
]
# fmt: on
