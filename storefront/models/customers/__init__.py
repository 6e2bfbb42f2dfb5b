"""Links to customers' account pages, and changes of customers' email addresses."""
