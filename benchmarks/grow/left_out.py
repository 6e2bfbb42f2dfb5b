"""The tables that sample orders leave empty, each with the reason. A test holds the list against the models."""

from storefront import models as _m
from storefront.models import Record

_PASSES = "its rows are gone within hours or days, so their number does not grow with the orders"
_SIGN_IN = "it belongs to one person's sign-in, and a few rows are all that a shop has"
_FEW = "a few rows are all that a shop has, whatever it sells"
_RARE = "something has gone wrong at Stripe, or the owner has to decide: few shops have a row"

LEFT_OUT: dict[type[Record], str] = {
    _m.Admin: "nobody gets into a shop by sample rows: admins that it has get sessions",
    _m.SignInAttempt: _PASSES,
    _m.PendingSignIn: _PASSES,
    _m.SecondFactor: _SIGN_IN,
    _m.RecoveryCode: _SIGN_IN,
    _m.Passkey: _SIGN_IN,
    _m.TeamInvitation: _FEW,
    _m.KeptForm: _PASSES,
    _m.AccountLink: _PASSES,
    _m.EmailChange: _PASSES,
    _m.OfferRedirect: _FEW,
    _m.PromoCodeOffer: "the sample codes are for all offers",
    _m.CodeGuess: _PASSES,
    _m.CheckoutPress: _PASSES,
    _m.Decline: _PASSES,
    _m.CatalogPrice: "prices at Stripe are made when a customer subscribes",
    _m.WebhookEvent: "events of Stripe that were handled are deleted after days",
    _m.EventClaim: _PASSES,
    _m.WebhookRefusal: _FEW,
    _m.IgnoredDelivery: _FEW,
    _m.StripeRefusal: _RARE,
    _m.FoundPayment: _RARE,
    _m.StripeRequestCounter: _FEW,
    _m.JobRun: _FEW,
    _m.Measurement: "processes count what they do: one row a kind and result",
    _m.ProxyObservation: _FEW,
    _m.ShopSetting: "the settings are the owner's",
    _m.CustomEmailText: "the texts are the owner's",
    _m.EmailRequest: _PASSES,
    _m.EmailOptOut: "the customers of sample orders get all emails",
    _m.UnpaidOrderEmail: _PASSES,
    _m.MailOutage: _FEW,
    _m.CancellationStatement: _PASSES,
    _m.FileUpload: _PASSES,
    _m.StripeCustomerDeletion: "nobody was erased",
    _m.TelegramChannel: "a chat is named with the token of a bot: nothing is to be sent to one",
    _m.BalanceReading: "the worker makes them when it first asks Stripe",
}
