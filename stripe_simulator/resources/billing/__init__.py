"""Resources of Billing: products, prices, invoices, test clocks."""
