"""Reading letters bit by bit.

Bits are kept as text of `0` and `1`: a slice of it costs what it holds, where a shift of a
long integer costs the whole string.
"""

from consent.strings.errors import StringMalformed
from consent.strings.letters import FIRST_LETTER, MOST_LETTERS, MOST_PADDING, SIX


class BitReader:
    """Reads fields in order; each is named, so that an error says where it happened."""

    def __init__(self, text: str, *, where: str) -> None:
        self._where = where
        if not text:
            raise StringMalformed(where, "is empty")
        if len(text) > MOST_LETTERS:
            raise StringMalformed(where, f"is longer than {MOST_LETTERS} letters")
        try:
            self._bits = "".join([SIX[letter] for letter in text])
        except KeyError:
            raise StringMalformed(where, "holds a letter that is not base64url") from None
        self._at = 0

    def take(self, count: int, name: str) -> str:
        """The next `count` bits, as text."""
        end = self._at + count
        if end > len(self._bits):
            raise self.error(name, f"is cut off at bit {len(self._bits)}")
        taken = self._bits[self._at : end]
        self._at = end
        return taken

    def number(self, width: int, name: str) -> int:
        """An unsigned integer, most significant bit first."""
        return int(self.take(width, name), 2)

    def flag(self, name: str) -> bool:
        return self.take(1, name) == "1"

    def numbered(self, count: int, name: str) -> frozenset[int]:
        """The places, from 1, of the bits that are set."""
        taken = self.take(count, name)
        return frozenset(index for index, bit in enumerate(taken, 1) if bit == "1")

    def letters(self, name: str) -> str:
        """Two capital letters, six bits each, A is 0."""
        codes = [self.number(6, name), self.number(6, name)]
        if max(codes) > 25:
            raise self.error(name, "is not two letters")
        return "".join(chr(FIRST_LETTER + code) for code in codes)

    def fibonacci(self, name: str) -> int:
        """A positive integer as a sum of Fibonacci numbers, closed by `11`."""
        end = self._bits.find("11", self._at)
        if end < 0:
            raise self.error(name, "has no end")
        # Because the 24th Fibonacci number is past the largest id there can be.
        if end - self._at > 24:
            raise self.error(name, "is too large")
        total, one, two = 0, 1, 2
        for bit in self.take(end + 1 - self._at, name):
            total += one if bit == "1" else 0
            one, two = two, one + two
        self._at += 1
        return total

    def finish(self) -> None:
        """Nothing may follow but the zeros that fill up the last letters."""
        rest = self._bits[self._at :]
        if "1" in rest:
            raise self.error("end", f"has bits after bit {self._at}")
        if len(rest) > MOST_PADDING:
            raise self.error("end", f"has {len(rest)} bits of padding")

    def error(self, name: str, what: str) -> StringMalformed:
        """The error to raise about the field `name`."""
        return StringMalformed(f"{self._where}.{name}", what)
