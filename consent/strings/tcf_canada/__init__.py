"""IAB Canada TCF v1 (section 5 of GPP): express and implied consent instead of interests.

Its ranges are in Fibonacci form. Earlier encoders wrote fixed ones: what does not read as the
first, or would not be written so, is read as the second.
"""

from consent.strings.tcf_canada.model import PublisherCanada, TcfCanada
from consent.strings.tcf_canada.reading import decode
from consent.strings.tcf_canada.writing import encode

__all__ = ["PublisherCanada", "TcfCanada", "decode", "encode"]
