"""Tools for developers: checks, translations, screenshots."""
