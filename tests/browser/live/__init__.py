"""Stories that the real Stripe and the simulator tell alike."""
