"""What several admin pages share: htmx answers, URLs, QR codes."""
