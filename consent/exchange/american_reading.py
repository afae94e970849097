"""What American strings say to us: they restrict, or they say nothing."""

from collections.abc import Iterable, Iterator
from typing import Final

from consent.exchange.findings import Saying
from consent.exchange.tables import Tables
from consent.strings.us import UsSection
from consent.strings.usp import YES, UsPrivacy

_OPTED_OUT: Final = 1


def of_us_privacy(section: UsPrivacy, tables: Tables) -> Iterator[Saying]:
    """The one opt-out of the older string."""
    return _opt_outs(["SaleOptOut"] if section.opt_out_sale == YES else [], tables)


def of_us_section(section: UsSection, tables: Tables) -> Iterator[Saying]:
    """Opt-outs, the limit, the signal. "Did not opt out" is no opt-in, so it says nothing."""
    fields = {**section.fields, **(section.extra or {})}
    yield from _opt_outs((n for n in tables.us_opt_outs if fields.get(n) == _OPTED_OUT), tables)
    sensitive = fields.get("SensitiveDataProcessing", ())
    if isinstance(sensitive, tuple) and _OPTED_OUT in sensitive:
        yield Saying("limited")
    if section.gpc:
        yield Saying("signal_on")


def _opt_outs(names: Iterable[str], tables: Tables) -> Iterator[Saying]:
    purposes = {purpose for name in names for purpose in tables.us_opt_outs[name]}
    return (Saying("opted_out", purpose) for purpose in sorted(purposes))
