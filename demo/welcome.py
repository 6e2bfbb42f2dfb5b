"""The text that the terminal shows when the demo is ready."""

from demo.recurring import RECURRING
from demo.seed import CODE, SignIn
from demo.settings import Demo

CARDS = (
    ("4242 4242 4242 4242", "pays"),
    ("4000 0027 6000 3184", "the bank asks for confirmation (3D Secure)"),
    ("4000 0000 0000 0002", "declined"),
    ("4000 0000 0000 9995", "declined: insufficient funds"),
)


def text(demo: Demo, sign_in: SignIn) -> str:
    """URLs, the sign-in, test cards, and how to try a renewal that needs 3D Secure."""
    shop = demo.config().public_url
    cards = "\n".join(f"    {number}   {does}" for number, does in CARDS)
    return f"""
  The demo shop is running.

  Shop       {shop}/
  Admin      {shop}/admin
    Email      {sign_in.email}
    Password   {sign_in.password or "(the one you chose)"}
  Stripe     {demo.simulator_url}/simulator
             a simulator: no real money; it shows the keys of more accounts to connect

  Test cards, with any future date and any CVC
{cards}

  Promo code   {CODE}: 10% off

  Try a renewal that needs 3D Secure
    1. Subscribe with one of the first two cards   {shop}/o/{RECURRING}
    2. Renew it now: press "Bank asks"             {demo.simulator_url}/simulator#subscriptions
    3. Open the email to the customer              {shop}/admin/emails
       (in a window as narrow as a phone, or copy the link of the email into another browser)
    4. Press its button, then Confirm, then confirm on the bank's page: the renewal is paid
    Renewals that wait for their customers         {shop}/admin/subscriptions

  All data is in {demo.directory}; delete that folder to start again.
  Ctrl-C stops the demo.
"""
