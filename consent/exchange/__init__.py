"""Consent exchanged with advertising: from a state to strings, from strings to acts. Pure."""
