"""Switch plan: a running subscription goes over to another price option of its offer.

A dearer option is charged at once, as Stripe's own preview says; a cheaper one begins with the next period. Our row is
written first. `follow` sees in what Stripe has whether the switch is in effect, and `push` repeats what is left to do.
"""
