"""Events, the webhook endpoint that receives them, and its test."""
