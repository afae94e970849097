"""Rules over the words that ask: what a notice is, what it must say, what changed."""
