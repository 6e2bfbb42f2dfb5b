"""What the list of offers shows of each offer, as a mark: another one after each change of it.

The list is kept in memory. To know that nothing has changed, it need not read all that it shows of a dozen offers.
"""

from storefront.db import Derived, Trigger

# Columns of an offer that the list shows.
LISTED_COLUMNS = (
    *("id", "slug", "title", "short_description", "description", "amount", "currency", "language"),
    *("kind", "every", "interval", "trial_days", "instalments", "cancellation"),
    *("picture", "picture_alt", "picture_width", "picture_height", "minimum_amount", "option_count"),
    *("tax_name", "tax_rate", "tax_included", "tax_rates"),
)
# Random, not a number that is counted up: after a restore a number could come again for other texts.
_RANDOM = {
    "sqlite": "lower(hex(randomblob(8)))",
    "postgresql": "substr(md5(random()::text || clock_timestamp()), 1, 16)",
}


def _statements(text: str) -> dict[str, tuple[str, ...]]:
    return {dialect: (text.format(mark=mark),) for dialect, mark in _RANDOM.items()}


_SET = _statements(
    "INSERT INTO listing_mark (offer_id, mark) VALUES (NEW.id, {mark})"
    " ON CONFLICT (offer_id) DO UPDATE SET mark = excluded.mark"
)
# Whose price option is written.
_CHANGED = {"insert": "NEW.offer_id", "update": "OLD.offer_id, NEW.offer_id", "delete": "OLD.offer_id"}

LISTING_MARKS = Derived(
    "listing_marks",
    (
        Trigger("listing_mark_insert", "offer", "insert", _SET),
        Trigger(
            "listing_mark_update",
            "offer",
            "update",
            _SET,
            tuple(f'"{name}"' for name in (*LISTED_COLUMNS, "created_at")),
        ),
        Trigger("listing_mark_delete", "offer", "delete", ("DELETE FROM listing_mark WHERE offer_id = OLD.id",)),
        *(
            Trigger(
                f"listing_mark_option_{event}",
                "price_option",
                event,
                _statements(f"UPDATE listing_mark SET mark = {{mark}} WHERE offer_id IN ({changed})"),  # noqa: S608
            )
            for event, changed in _CHANGED.items()
        ),
    ),
    {
        dialect: (
            "DELETE FROM listing_mark",
            f"INSERT INTO listing_mark (offer_id, mark) SELECT id, {mark} FROM offer",  # noqa: S608 - our own words
        )
        for dialect, mark in _RANDOM.items()
    },
    tables=("listing_mark",),
)
