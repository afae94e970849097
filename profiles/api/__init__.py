"""Attributes and requests over HTTP: never a value without a permit."""
