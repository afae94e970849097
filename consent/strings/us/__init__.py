"""The US sections of GPP: usnat, and the states from usca to usri, by their tables."""

from consent.strings.us.model import UsSection, Value, layout_of
from consent.strings.us.reading import decode
from consent.strings.us.writing import encode

__all__ = ["UsSection", "Value", "decode", "encode", "layout_of"]
