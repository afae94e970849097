"""A state as a Canadian section."""

from datetime import date

from consent.exchange.european import tc_string
from consent.exchange.standing import Standing
from consent.exchange.tables import Tables
from consent.strings.tcf_canada import PublisherCanada, TcfCanada


def canada(
    standing: Standing, *, tables: Tables, publisher: str, language: str, today: date
) -> TcfCanada:
    """The same as a Canadian section: all consent of ours is express."""
    said = tc_string(standing, tables=tables, publisher=publisher, language=language, today=today)
    return TcfCanada(
        created=today,
        last_updated=today,
        cmp_id=said.cmp_id,
        cmp_version=said.cmp_version,
        consent_screen=said.consent_screen,
        vendor_list_version=said.vendor_list_version,
        policy_version=said.policy_version,
        language=said.language,
        special_features=said.special_features,
        purposes_express=said.purpose_consents,
        vendors_express=said.vendor_consents,
        restrictions=said.restrictions,
        publisher=PublisherCanada(
            express=said.publisher.consents if said.publisher else frozenset()
        ),
        disclosed_vendors=said.disclosed_vendors,
    )
