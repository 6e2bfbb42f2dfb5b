"""Operations below the pages, called directly: payments, subscriptions, emails, reconciliation."""
