"""TC strings: IAB Transparency and Consent Framework v2.3, consent string format 2.

`Core.DisclosedVendors[.AllowedVendors][.PublisherTC]`; after the core, segments come in any
order. The policy version is taken as it comes: the layout has not changed with it.
"""

from consent.strings.tcf.model import PublisherTc, TcString
from consent.strings.tcf.reading import decode
from consent.strings.tcf.writing import encode

__all__ = ["PublisherTc", "TcString", "decode", "encode"]
