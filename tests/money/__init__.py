"""The proof that money never lies: random histories, processes killed, storms, and how others failed."""
