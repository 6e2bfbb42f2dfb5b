"""The shop's records agree with Stripe's: the checks, and one test or more per known defect (docs/defects.md)."""
