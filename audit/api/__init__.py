"""The log over HTTP: signed heads and proofs."""
