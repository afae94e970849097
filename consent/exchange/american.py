"""A state as a section of the United States: what the gate denies is opted out of."""

from typing import Final

from consent.exchange.standing import Standing
from consent.exchange.tables import Tables
from consent.strings.us import UsSection, Value, layout_of
from consent.strings.us.tables import LAYOUTS

GIVEN, MISSING = 1, 2
OPTED_OUT, NOT_OPTED_OUT = 1, 2
CHILD_UNDER: Final = 16
_CHILD = "KnownChildSensitiveDataConsents"
_SENSITIVE = "SensitiveDataProcessing"
_ALWAYS_GIVEN = ("SharingNotice", "ProcessingNotice")
_NEWEST = dict(sorted(LAYOUTS))


def us_section(standing: Standing, *, tables: Tables, section: int, publisher: str) -> UsSection:
    """A US section: opted out is whatever the gate denies, for whatever reason.

    No consent to sensitive data or for a known child is ever claimed here; it is asked of the
    gate, use by use.
    """
    layout = layout_of(section, _NEWEST[section])
    fields: dict[str, Value] = dict.fromkeys(_ALWAYS_GIVEN, GIVEN)
    for name, purposes in tables.us_opt_outs.items():
        known = [purpose for purpose in purposes if purpose in standing.catalogue.purposes]
        if known:
            all_open = all(standing.permits(purpose, publisher) for purpose in known)
            has_notice = all(standing.has_notice(purpose) for purpose in known)
            fields[name] = NOT_OPTED_OUT if all_open else OPTED_OUT
            fields[f"{name}Notice"] = GIVEN if has_notice else MISSING
    marked = {}
    if standing.content and "limit_spi" in standing.content["optouts"]:
        marked[_SENSITIVE] = OPTED_OUT
        fields["SensitiveDataLimitUseNotice"] = GIVEN
    if standing.age is not None and standing.age < CHILD_UNDER:
        marked[_CHILD] = OPTED_OUT
    counts = {name: times for name, times, _ in (*layout.fields, *layout.extra)}
    fields |= {
        name: (value,) * counts[name] if counts[name] else value
        for name, value in marked.items()
        if name in counts
    }
    extra = {each.name: fields[each.name] for each in layout.extra if each.name in fields}
    return UsSection(
        section=section,
        version=layout.version,
        fields={each.name: fields[each.name] for each in layout.fields if each.name in fields},
        gpc=bool(standing.content and standing.content["gpc"]) if layout.gpc else None,
        extra=extra or None,
    )
