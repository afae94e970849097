"""Base64url without padding characters (RFC 4648 section 5): six bits to a letter."""

from typing import Final

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SIX: Final = {letter: format(index, "06b") for index, letter in enumerate(ALPHABET)}
LETTER: Final = {bits: letter for letter, bits in SIX.items()}
# What an encoder may add to fill 24 bits, the widest step that is in use.
MOST_PADDING: Final = 23
MOST_LETTERS: Final = 1 << 16
FIRST_LETTER: Final = ord("A")
