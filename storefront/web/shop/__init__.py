"""The pages of the shop: offers, paying, orders, failed renewals."""
