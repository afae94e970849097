"""Measurements beside their floors: `make bench`. Never part of the tests."""
