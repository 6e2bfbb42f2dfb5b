"""Evidence against a dispute: staged, then submitted to the bank once."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, missing, unexpected_state
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

TEXT_FIELDS = """access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal
    customer_email_address customer_name customer_purchase_ip duplicate_charge_explanation duplicate_charge_id
    product_description refund_policy_disclosure refund_refusal_explanation service_date shipping_address
    shipping_carrier shipping_date shipping_tracking_number uncategorized_text""".split()
FILE_FIELDS = """cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt
    refund_policy service_documentation shipping_documentation uncategorized_file""".split()
MAX_CHARACTERS = 150_000
# The text that decides a dispute in test mode (docs.stripe.com/testing#disputes).
RESULTS_BY_TEXT = {"winning_evidence": "dispute_is_won", "losing_evidence": "dispute_is_lost"}
REVIEW_STATUSES = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}


def empty_evidence() -> Json:
    """Return the `evidence` of a new dispute."""
    return {**dict.fromkeys(TEXT_FIELDS + FILE_FIELDS), "enhanced_evidence": {}}


def update(call: Call) -> Json:
    """Stage evidence and, unless `submit` is false, submit it to the bank.

    Raises StripeError 400 when evidence was already submitted, the dispute is closed, or the evidence is invalid.
    """
    dispute = call.get("dispute", call.ids["id"])
    before = {**dispute, "evidence": dict(dispute["evidence"]), "evidence_details": dict(dispute["evidence_details"])}
    given = call.params.get("evidence")
    wants_to_submit = call.params.get("submit", given is not None)
    if (given or wants_to_submit) and dispute["status"] not in REVIEW_STATUSES:
        raise unexpected_state(f"This dispute takes no evidence because it has a status of {dispute['status']}.")
    dispute["evidence"] = merge_evidence(dispute["evidence"], given or {})
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"].values())
    dispute["metadata"] = merge_metadata(dispute["metadata"], call.params.get("metadata"))
    if "intended_submission_method" in call.params:
        dispute["intended_submission_method"] = call.params["intended_submission_method"]
    if wants_to_submit:
        submit(call, dispute)
    events.emit(call, "charge.dispute.updated", call.save(dispute), events.previous_attributes(before, dispute))
    return dispute


def merge_evidence(evidence: Json, given: Json) -> Json:
    for name, value in given.items():
        if name not in evidence or name == "enhanced_evidence":
            raise invalid(f"The simulator does not know what {name} does yet.", param=f"evidence[{name}]")
        if name in FILE_FIELDS and value:
            raise missing("file upload", value, param=f"evidence[{name}]", status=400)
    new = evidence | {name: value or None for name, value in given.items()}
    if sum(len(new[name] or "") for name in TEXT_FIELDS) > MAX_CHARACTERS:
        raise invalid(f"The evidence can have at most {MAX_CHARACTERS} characters.", param="evidence")
    return new


def submit(call: Call, dispute: Json) -> None:
    """Submit the evidence to the bank; in test mode two texts decide the result."""
    dispute["status"] = REVIEW_STATUSES[dispute["status"]]
    dispute["evidence_details"].update(
        submission_count=dispute["evidence_details"]["submission_count"] + 1, submission_method="manual"
    )
    result = RESULTS_BY_TEXT.get(dispute["evidence"]["uncategorized_text"] or "")
    if result:
        call.schedule(result, dispute["id"])
