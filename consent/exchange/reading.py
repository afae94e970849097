"""From a string to acts: what it restricts counts always, a Yes only where it can be proven.

A Yes is scoped to our first parties and to the vendors that the string permits; nobody else
is covered by it.
"""

from collections.abc import Iterator
from typing import Final

from consent.exchange import faults
from consent.exchange.american_reading import of_us_privacy, of_us_section
from consent.exchange.findings import Findings, Saying
from consent.exchange.standing import FIRST_PARTY, Standing
from consent.exchange.tables import NEVER_INTEREST, Tables
from consent.strings.gpp import Section
from consent.strings.tcf import TcString
from consent.strings.tcf.model import NEED_INTEREST, NOT_ALLOWED
from consent.strings.tcf_canada import TcfCanada
from consent.strings.us import UsSection
from consent.strings.usp import UsPrivacy

# Purposes that the framework took up later, and the policy version that brought them.
SINCE_POLICY: Final = {11: 4}


def of_tc_string(said: TcString, *, standing: Standing, tables: Tables) -> Findings:
    """What a TC string says to us."""
    fault = faults.of_string(said, standing.at.date())
    permissive: list[Saying] = []
    restrictive: list[Saying] = []
    for purpose in sorted(set(tables.tcf_purposes.values()) & standing.catalogue.purposes.keys()):
        numbers = _asked(said, tables.numbers(purpose))
        if not numbers:
            continue
        if standing.rests_on_interest(purpose):
            if numbers - NEVER_INTEREST - said.purpose_interests:
                restrictive.append(Saying("objected", purpose))
        elif numbers <= said.purpose_consents:
            permissive += _given(said, purpose, numbers, standing, tables)
            restrictive += _closed(said, purpose, numbers, standing, tables)
        else:
            restrictive.append(Saying("refused", purpose))
    unusable = (fault,) if fault else tuple(faults.of_parts(said, standing, tables))
    return Findings(
        permissive=() if fault else tuple(permissive),
        restrictive=tuple(restrictive),
        unusable=unusable,
        day=said.last_updated,
        language=said.language.lower(),
    )


def _asked(said: TcString, numbers: frozenset[int]) -> frozenset[int]:
    """Those of the numbers that the policy of the string knew."""
    return frozenset(n for n in numbers if said.policy_version >= SINCE_POLICY.get(n, 0))


def _is_open(said: TcString, vendor: int, numbers: frozenset[int]) -> bool:
    disclosed = said.disclosed_vendors is None or vendor in said.disclosed_vendors
    return (
        disclosed
        and vendor in said.vendor_consents
        and not any(
            said.restricted(number, kind, vendor)
            for number in numbers
            for kind in (NOT_ALLOWED, NEED_INTEREST)
        )
    )


def _given(
    said: TcString, purpose: str, numbers: frozenset[int], standing: Standing, tables: Tables
) -> Iterator[Saying]:
    for code, recipient in sorted(standing.catalogue.recipients.items()):
        vendor = tables.vendors.get(code)
        granted = vendor is not None and purpose in recipient.grants
        if recipient.role == FIRST_PARTY or (
            granted and vendor is not None and _is_open(said, vendor, numbers)
        ):
            yield Saying("given", purpose, code)


def _closed(
    said: TcString, purpose: str, numbers: frozenset[int], standing: Standing, tables: Tables
) -> Iterator[Saying]:
    """A No to each vendor of ours that was shown and not chosen for this purpose."""
    for code, vendor in sorted(tables.vendors.items()):
        recipient = standing.catalogue.recipients.get(code)
        if recipient is None or purpose not in recipient.grants:
            continue
        shown = said.disclosed_vendors is not None and vendor in said.disclosed_vendors
        if shown and not _is_open(said, vendor, numbers):
            yield Saying("refused", purpose, code)


def of_section(section: Section, *, standing: Standing, tables: Tables) -> Findings:
    """What one section of a GPP string says to us; a section we do not know says nothing."""
    if isinstance(section, TcString):
        return of_tc_string(section, standing=standing, tables=tables)
    if isinstance(section, TcfCanada):
        return of_tc_string(_as_tc_string(section), standing=standing, tables=tables)
    if isinstance(section, UsPrivacy):
        return Findings(restrictive=tuple(of_us_privacy(section, tables)))
    if isinstance(section, UsSection):
        return Findings(restrictive=tuple(of_us_section(section, tables)))
    return Findings()


def _as_tc_string(section: TcfCanada) -> TcString:
    """Implied consent is none to us: only what was expressed counts."""
    return TcString(
        created=section.created,
        last_updated=section.last_updated,
        cmp_id=section.cmp_id,
        cmp_version=section.cmp_version,
        vendor_list_version=section.vendor_list_version,
        policy_version=section.policy_version,
        language=section.language,
        purpose_consents=section.purposes_express,
        vendor_consents=section.vendors_express,
        restrictions=section.restrictions,
        # Because the segment is not asked of Canadian strings: what they permit was shown.
        disclosed_vendors=section.disclosed_vendors or section.vendors_express,
    )
