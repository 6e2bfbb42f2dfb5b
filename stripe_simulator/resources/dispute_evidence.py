"""What a merchant holds against a dispute: staged, then submitted to the bank once."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, missing, unexpected_state
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

TEXTS = """access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal
    customer_email_address customer_name customer_purchase_ip duplicate_charge_explanation duplicate_charge_id
    product_description refund_policy_disclosure refund_refusal_explanation service_date shipping_address
    shipping_carrier shipping_date shipping_tracking_number uncategorized_text""".split()
FILES = """cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt
    refund_policy service_documentation shipping_documentation uncategorized_file""".split()
LONGEST = 150_000
# What decides a dispute in test mode (docs.stripe.com/testing#disputes).
VERDICTS = {"winning_evidence": "dispute_is_won", "losing_evidence": "dispute_is_lost"}
REVIEWED = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}


def nothing() -> Json:
    """`evidence` of a new dispute."""
    return {**dict.fromkeys(TEXTS + FILES), "enhanced_evidence": {}}


def update(call: Call) -> Json:
    """Stages evidence and, unless `submit` is false, sends it to the bank.

    Raises StripeError 400 once it was sent, the dispute is over, or the evidence isn't what the simulator takes.
    """
    dispute = call.get("dispute", call.ids["id"])
    before = {**dispute, "evidence": dict(dispute["evidence"]), "evidence_details": dict(dispute["evidence_details"])}
    given = call.params.get("evidence")
    wants_to_submit = call.params.get("submit", given is not None)
    if (given or wants_to_submit) and dispute["status"] not in REVIEWED:
        raise unexpected_state(f"This dispute takes no evidence because it has a status of {dispute['status']}.")
    dispute["evidence"] = with_given(dispute["evidence"], given or {})
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"].values())
    dispute["metadata"] = merged(dispute["metadata"], call.params.get("metadata"))
    if "intended_submission_method" in call.params:
        dispute["intended_submission_method"] = call.params["intended_submission_method"]
    if wants_to_submit:
        submit(call, dispute)
    events.emit(call, "charge.dispute.updated", call.save(dispute), events.changes(before, dispute))
    return dispute


def with_given(evidence: Json, given: Json) -> Json:
    for name, value in given.items():
        if name not in evidence or name == "enhanced_evidence":
            raise invalid(f"The simulator does not know what {name} does yet.", param=f"evidence[{name}]")
        if name in FILES and value:
            raise missing("file upload", value, param=f"evidence[{name}]", status=400)
    new = evidence | {name: value or None for name, value in given.items()}
    if sum(len(new[name] or "") for name in TEXTS) > LONGEST:
        raise invalid(f"The evidence can have at most {LONGEST} characters.", param="evidence")
    return new


def submit(call: Call, dispute: Json) -> None:
    """The bank looks at it; in test mode two words decide how that ends."""
    dispute["status"] = REVIEWED[dispute["status"]]
    dispute["evidence_details"].update(
        submission_count=dispute["evidence_details"]["submission_count"] + 1, submission_method="manual"
    )
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if verdict:
        call.plan(verdict, dispute["id"])
