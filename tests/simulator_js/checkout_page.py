"""The page under test: empty containers, Stripe.js, and a Content-Security-Policy without 'unsafe-…'."""

from http.server import BaseHTTPRequestHandler
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

HTML = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>
<link rel="stylesheet" href="/shop.css"></head>
<body>
<main>
<form action="/" method="get">
<label for="card-element">Card</label>
<div id="card-element"></div>
<button>Pay</button>
</form>
<div id="number"></div><div id="expiry"></div><div id="cvc"></div>
</main>
<script src="{simulator}/endive/stripe.js"></script>
</body>
</html>
"""
CSS = """body { font: 16px system-ui; margin: 16px }
.StripeElement { border: 1px solid #999; border-radius: 6px; margin: 8px 0; padding: 12px }"""


def page_handler(simulator: str) -> type[BaseHTTPRequestHandler]:
    """Serve the page and its stylesheet; the policy allows only the page's origin and the simulator."""
    policy = (
        f"default-src 'none'; script-src 'self' {simulator}; frame-src {simulator}; "
        f"connect-src {simulator}; style-src 'self'; form-action 'self'"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            css = self.path == "/shop.css"
            body = (CSS if css else HTML.replace("{simulator}", simulator)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if css else "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


class CheckoutPage:
    """The page in a browser: calls of Stripe.js as a shop's script makes them, and typing as a buyer does."""

    def __init__(self, page: Page, address: str, key: str) -> None:
        self.page = page
        self.console_messages: list[str] = []
        page.on("console", lambda message: self.console_messages.append(message.text))
        page.on("pageerror", lambda error: self.console_messages.append(str(error)))
        page.goto(address)
        self.run("([key]) => { window.stripe = Stripe(key); window.events = []; }", key)

    def run(self, script: str, *args: Any) -> Any:
        """Call a function in the page with its arguments in one list."""
        return self.page.evaluate(script, list(args))

    def error_thrown_by(self, script: str) -> str:
        """Return name and message of the error that the statement throws, or ''."""
        wrapped = (
            f"async () => {{ try {{ {script} }} catch (e) {{ return `${{e.name}}: ${{e.message}}`; }} return ''; }}"
        )
        return str(self.page.evaluate(wrapped))

    def mount(self, options: dict[str, Any] | None = None, locale: str = "en") -> None:
        """Mount a card element and wait for its `ready`; all events are added to `window.events`."""
        self.run(
            """async ([options, locale]) => {
              window.elements = stripe.elements({ locale });
              window.card = elements.create('card', { hidePostalCode: true, disableLink: true, ...options });
              for (const name of ['ready', 'focus', 'blur', 'change', 'escape', 'loaderror']) {
                card.on(name, (event) => window.events.push({ name, ...event }));
              }
              const ready = new Promise((resolve) => card.once('ready', resolve));
              card.mount('#card-element');
              await ready;
            }""",
            options or {},
            locale,
        )

    def mount_split(self, locale: str = "en") -> None:
        """Mount the three separate fields in their own containers and wait until all are ready."""
        self.run(
            """async ([locale]) => {
              window.elements = stripe.elements({ locale });
              const places = { cardNumber: '#number', cardExpiry: '#expiry', cardCvc: '#cvc' };
              await Promise.all(Object.entries(places).map(([type, place]) => {
                const element = elements.create(type);
                element.on('change', (event) => window.events.push({ name: 'change', ...event }));
                const ready = new Promise((resolve) => element.on('ready', resolve));
                element.mount(place);
                return ready;
              }));
              window.card = elements.getElement('cardNumber');
            }""",
            locale,
        )

    @property
    def fields(self) -> FrameLocator:
        return self.page.frame_locator("#card-element iframe")

    def field(self, name: str) -> Locator:
        """Return an input of the card element by Stripe's name: cardnumber, exp-date, cvc or postal."""
        return self.fields.locator(f"input[name={name}]")

    def type_card(self, number: str, expiry: str = "1234", cvc: str = "123") -> None:
        """Type a card with the keyboard only; the fields move the focus themselves."""
        self.field("cardnumber").press_sequentially(number + expiry + cvc)
        expect(self.field("cvc")).to_have_value(cvc)

    def last_change(self, condition: str) -> dict[str, Any]:
        """Return the last `change` event, once it fulfils the condition on `e`."""
        found = (
            "() => { const e = events.filter((one) => one.name === 'change').at(-1); "
            f"return e && ({condition}) && e; }}"
        )
        return dict(self.page.wait_for_function(found).json_value())

    def wait_for_event(self, name: str) -> None:
        """Wait until an event with this name was emitted."""
        self.page.wait_for_function("(name) => events.some((one) => one.name === name)", arg=name)

    def confirm(self, method: str, secret: str, data: str = "{payment_method: {card}}", options: str = "{}") -> None:
        """Start a confirmation; `result` waits for its result."""
        script = f"([secret]) => {{ window.confirmed = stripe.{method}(secret, {data}, {options}); }}"
        self.run(script, secret)

    def result(self) -> dict[str, Any]:
        return dict(self.page.evaluate("() => window.confirmed"))

    @property
    def modal(self) -> FrameLocator:
        return self.page.frame_locator("body > iframe[name^=__privateStripeFrame]")

    @property
    def bank(self) -> FrameLocator:
        """The innermost frame of the bank's check."""
        return self.modal.frame_locator("iframe")
