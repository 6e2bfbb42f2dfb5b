"""The simulator's ledger of payments."""

import requests

from tests.simulator.controls import post_control
from tests.simulator.shop import Shop


def test_the_ledger_lists_payments_per_account_and_mode(olena: Shop, kenji: Shop, olena_live: Shop) -> None:
    paid = olena.pay("pm_card_pendingRefund", metadata={"order": "17"})
    olena.v1.refunds.create({"payment_intent": paid.id, "amount": 300})
    waiting = olena.payment()
    disputed = kenji.pay("pm_card_visa")
    post_control(kenji, "disputes", 201, payment_intent=disputed.id)
    live = olena_live.payment()
    rows = requests.get(f"{olena.url}/simulator/ledger", timeout=20).json()["data"]
    assert [(row["name"], row["livemode"]) for row in rows] == [("Olena", False), ("Olena", True), ("Kenji", False)]
    first, second = rows[0]["payments"]
    assert first == {
        "payment_intent": paid.id,
        "status": "succeeded",
        "currency": "eur",
        "metadata": {"order": "17"},
        "amount": 1990,
        "amount_received": 1990,
        "amount_refunded": 0,
        "amount_refund_pending": 300,
        "amount_disputed": 0,
    }
    assert (second["payment_intent"], second["status"], second["amount_received"]) == (
        waiting.id,
        "requires_payment_method",
        0,
    )
    assert [one["payment_intent"] for one in rows[1]["payments"]] == [live.id]
    assert (rows[2]["payments"][0]["currency"], rows[2]["payments"][0]["amount_disputed"]) == ("jpy", 1990)


def test_buttons_on_the_simulators_page_redirect_back_to_it(olena: Shop) -> None:
    payment = olena.pay("pm_card_createDispute")
    page = requests.get(f"{olena.url}/simulator", timeout=20).text
    assert "/simulator/deliveries/mode" in page
    form = {"payment_intent": payment.id, "amount": "500"}
    back = requests.post(f"{olena.url}/simulator/refunds", data=form, timeout=20)
    assert (back.status_code, back.url, len(back.history)) == (200, f"{olena.url}/simulator", 1)
    whole = {"payment_intent": payment.id, "amount": ""}
    assert requests.post(f"{olena.url}/simulator/refunds", data=whole, timeout=20).url.endswith("/simulator")
    assert olena.v1.charges.retrieve(payment.latest_charge).refunded
    accepts = {"Accept": "text/html,*/*"}
    back = requests.post(f"{olena.url}/simulator/advance", headers=accepts, timeout=20)
    assert back.url == f"{olena.url}/simulator"
