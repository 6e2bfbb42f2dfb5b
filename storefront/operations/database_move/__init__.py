"""Moving the shop into another database: SQLite and PostgreSQL, in every direction."""
