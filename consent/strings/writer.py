"""Writing letters bit by bit."""

from collections.abc import Iterable

from consent.strings.errors import StringMalformed
from consent.strings.letters import FIRST_LETTER, LETTER


class BitWriter:
    """Writes fields in order; refuses a value that does not fit its field."""

    def __init__(self, *, where: str) -> None:
        self._where = where
        self._parts: list[str] = []

    def raw(self, bits: str) -> None:
        self._parts.append(bits)

    def number(self, value: int, width: int, name: str) -> None:
        if not 0 <= value < 1 << width:
            raise self.error(name, f"does not fit {width} bits")
        self._parts.append(format(value, f"0{width}b"))

    def flag(self, value: bool) -> None:
        self._parts.append("1" if value else "0")

    def numbered(self, places: Iterable[int], count: int, name: str) -> None:
        """One bit for each place from 1 to `count`."""
        bits = bytearray(b"0" * count)
        for place in places:
            if not 1 <= place <= count:
                raise self.error(name, f"names a place outside 1 to {count}")
            bits[place - 1] = ord("1")
        self._parts.append(bits.decode())

    def letters(self, value: str, name: str) -> None:
        if len(value) != 2 or not all("A" <= letter <= "Z" for letter in value):
            raise self.error(name, "is not two capital letters")
        for letter in value:
            self.number(ord(letter) - FIRST_LETTER, 6, name)

    def text(self, *steps: int) -> str:
        """The letters, filled up with zeros to a multiple of each of `steps` in turn."""
        bits = "".join(self._parts)
        for step in steps:
            bits += "0" * (-len(bits) % step)
        return "".join([LETTER[bits[at : at + 6]] for at in range(0, len(bits), 6)])

    def error(self, name: str, what: str) -> StringMalformed:
        """The error to raise about the field `name`."""
        return StringMalformed(f"{self._where}.{name}", what)
