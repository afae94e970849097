"""Consent over HTTP: tokens, the question to the gate, what people said."""
