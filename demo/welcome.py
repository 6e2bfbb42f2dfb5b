"""What the terminal shows when the demo is up."""

from demo.recurring import RECURRING
from demo.seed import SignIn
from demo.settings import Demo

CARDS = (
    ("4242 4242 4242 4242", "pays"),
    ("4000 0027 6000 3184", "the bank asks first (3-D Secure)"),
    ("4000 0000 0000 0002", "declined"),
    ("4000 0000 0000 9995", "declined: not enough money"),
)


def text(demo: Demo, sign_in: SignIn) -> str:
    """Addresses, the sign-in, the test cards, and how to play what this shop is for."""
    shop = demo.config().public_url
    cards = "\n".join(f"    {number}   {does}" for number, does in CARDS)
    return f"""
  The demo shop is open.

  Shop       {shop}/
  Admin      {shop}/admin
    Email      {sign_in.email}
    Password   {sign_in.password or "(the one you chose)"}
  Stripe     {demo.simulator_url}/simulator
             a simulator: no real money, keys of more accounts to connect

  Test cards, with any future date and any CVC
{cards}

  A renewal that stops at 3-D Secure, and its way back
    1. Subscribe with any of the first two cards   {shop}/o/{RECURRING}
    2. Let it renew now: press "Bank asks"         {demo.simulator_url}/simulator#subscriptions
    3. Open the letter to the customer             {shop}/admin/emails
       (make the window as narrow as a phone's, or copy the letter's link into another browser)
    4. Press its button, then Confirm, then what the bank asks: paid
    Who is still waited for                        {shop}/admin/subscriptions

  Everything is kept in {demo.directory}; delete that folder to begin anew.
  Ctrl-C stops the demo.
"""
