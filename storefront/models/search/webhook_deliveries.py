"""The admin's list of deliveries to one endpoint."""

from storefront.models import OutgoingEvent, WebhookDelivery, WebhookEndpoint
from storefront.models.orders.order import Order
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


def deliveries_of(endpoint: WebhookEndpoint, state: str = "", place: Place = FIRST_PAGE) -> Page[WebhookDelivery]:
    """The deliveries, newest first, with their events and orders; only those in this state unless it is ""."""
    found = WebhookDelivery.select().where(WebhookDelivery.endpoint == endpoint)
    if state:
        found = found.where(WebhookDelivery.state == state)
    rows = WebhookDelivery.select(WebhookDelivery, OutgoingEvent, Order).join(OutgoingEvent).join(Order)
    return read_page(source_of(found, WebhookDelivery.id), rows, WebhookDelivery.id, place=place)
