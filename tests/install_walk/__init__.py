"""Follows the operators' pages word for word in a bare Debian: `make install-walk`. Not part of `make test`."""
