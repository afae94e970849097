"""Publishing a catalogue document: controllers, data, channels, purposes, recipients, law."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from audit import actions as audit
from consent.actions import bases, editions, law
from consent.actions.publishing import publish_notice
from consent.catalogue_differences import Difference, differences
from consent.catalogue_faults import Fault, Known, faults, main_controller, purpose_name
from consent.errors import ConsentRefused
from consent.jurisdiction_data import JURISDICTIONS
from consent.jurisdiction_documents import in_documents
from consent.models import (
    Attribute,
    CatalogueSnapshot,
    Channel,
    Controller,
    Feature,
    Purpose,
    Recipient,
    RecipientGrant,
)
from consent.queries import catalogue as catalogues
from consent.queries import document_notices
from consent.queries.catalogue_document import document as live_document
from consent.queries.new_notices import New, new_notices
from consent.queries.surroundings import Surroundings, around

DEFAULT_DOCUMENT = Path(__file__).resolve().parent.parent / "data" / "catalogue.json"


class CatalogueRefused(ConsentRefused):
    """A document that cannot be loaded; `faults` has each place and what is wrong there."""

    def __init__(self, found: Sequence[Fault]) -> None:
        first = found[0]
        super().__init__(
            "CATALOGUE_INVALID",
            first.says,
            fix="Correct the document and import it again; nothing of it was loaded.",
            pointer=first.pointer,
        )
        self.faults = tuple(found)


def default_document() -> dict[str, Any]:
    """The catalogue that ships with the service, its law included."""
    document: dict[str, Any] = json.loads(DEFAULT_DOCUMENT.read_text(encoding="utf-8"))
    return document | {"jurisdictions": in_documents(JURISDICTIONS)}


def bring_in(
    *,
    document: Mapping[str, Any],
    by: str,
    at: datetime,
    accept_weaker: str = "",
    dry_run: bool = False,
) -> list[Difference]:
    """`load`, and keep how the catalogue stands then; gives what the document changes.

    Where it changes nothing, or with `dry_run`, nothing is written. Raises as `load`.
    """
    with transaction.atomic():
        before = live_document()
        load(document=document, by=by, at=at, accept_weaker=accept_weaker)
        after = live_document()
        found = differences(before, after)
        if dry_run or not found:
            transaction.set_rollback(True)
        else:
            version = catalogues.current_version()
            CatalogueSnapshot.objects.create(version=version, at=at, by=by, document=after)
    if dry_run or not found:
        # Because a version that was rolled back may stand for something else later.
        catalogues.forget()
    return found


def load(*, document: Mapping[str, Any], by: str, at: datetime, accept_weaker: str = "") -> None:
    """Bring the catalogue to what `document` says, in one commit; loading twice changes nothing.

    What the document does not name stays; notices, bases and law are only ever added, bases may
    be ended. `accept_weaker` names the officer who answers for law that protects less than what
    ships. Raises CatalogueRefused.
    """
    with transaction.atomic():
        known = _known()
        found = faults(document, known)
        if found:
            raise CatalogueRefused(found)
        main = main_controller(document, known)
        _load_controllers(document["controllers"], main)
        _upsert(Attribute, document["attributes"], unique=["code"])
        _upsert(Channel, document.get("channels", ()), unique=["code"])
        _load_purposes(document["purposes"], main)
        rows = Purpose.objects.select_related("controller")
        purposes = {purpose.name: purpose for purpose in rows}
        named = {purpose_name(entry, main): entry for entry in document["purposes"]}
        places = _places(document, main)
        found = bases.load(named, purposes, places, at=at)
        found += law.load(
            document.get("jurisdictions", ()), by=by, at=at, accept_weaker=accept_weaker
        )
        if found:
            raise CatalogueRefused(found)
        # Before the notices, because each keeps whom it named when it was published.
        _load_recipients(document["recipients"], purposes, main)
        notices = new_notices(named, purposes, places)
        surroundings = around({new.purpose.pk: new.purpose for new in notices}.values())
        found = document_notices.faults(notices, surroundings, at=at)
        if found:
            raise CatalogueRefused(found)
        _publish(notices, surroundings, by=by, at=at)
        _load_features(document.get("features", ()), purposes)
        editions.keep(at=at)
        audit.append(kind="catalogue.loaded", at=at, facts={"by": by, "purposes": sorted(named)})


def _known() -> Known:
    controllers = dict(Controller.objects.values_list("code", "is_main"))
    return Known(
        main=next((code for code, is_main in controllers.items() if is_main), None),
        controllers=frozenset(controllers),
        attributes=frozenset(Attribute.objects.values_list("code", flat=True)),
        channels=frozenset(Channel.objects.values_list("code", flat=True)),
        purposes=frozenset(Purpose.objects.values_list("name", flat=True)),
    )


def _places(document: Mapping[str, Any], main: str | None) -> dict[str, str]:
    """Purpose name to its place in the document, as a JSON pointer."""
    return {
        purpose_name(entry, main): f"/purposes/{index}"
        for index, entry in enumerate(document["purposes"])
    }


def _upsert(
    model: type[Model], entries: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> None:
    """Insert rows, or bring the ones that are there to the document, in one statement.

    A member that an entry leaves out gets its default, so that a document says all there is.
    """
    if not entries:
        return
    fields = [field.attname for field in model._meta.concrete_fields]
    names = [name for name in fields if name not in {*unique, "id", "paused_at"}]
    model._default_manager.bulk_create(
        [model(**entry) for entry in entries],
        update_conflicts=True,
        unique_fields=list(unique),
        update_fields=names,
    )


def _load_controllers(entries: Sequence[Mapping[str, Any]], main: str | None) -> None:
    rows = [{**entry, "is_main": entry["code"] == main} for entry in entries]
    _upsert(Controller, rows, unique=["code"])


def _load_purposes(entries: Sequence[Mapping[str, Any]], main: str | None) -> None:
    rows = [
        {"controller_id": entry["controller"], "name": purpose_name(entry, main)}
        | _without(entry, "controller", "bases", "notices")
        for entry in entries
    ]
    _upsert(Purpose, rows, unique=["controller_id", "code"])


def _without(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in names}


def _publish(notices: Sequence[New], surroundings: Surroundings, *, by: str, at: datetime) -> None:
    for new in notices:
        publish_notice(
            purpose=new.purpose,
            version=new.entry["version"],
            words=new.words,
            terms=surroundings.terms(new.purpose),
            material=new.entry.get("material", True),
            valid_days=new.entry.get("valid_days"),
            by=by,
            at=datetime.fromisoformat(new.entry["published_at"]),
            recorded_at=at,
        )


def _load_recipients(
    entries: Sequence[Mapping[str, Any]], purposes: Mapping[str, Purpose], main: str | None
) -> None:
    _upsert(Recipient, [_recipient(entry, main) for entry in entries], unique=["code"])
    grants = [
        RecipientGrant(
            recipient_id=entry["code"],
            purpose=purposes[grant["purpose"]],
            attributes=grant.get("attributes", []),
            channels=grant.get("channels", []),
        )
        for entry in entries
        for grant in entry.get("grants", [])
    ]
    RecipientGrant.objects.bulk_create(
        grants,
        update_conflicts=True,
        unique_fields=["recipient", "purpose"],
        update_fields=["attributes", "channels"],
    )
    _take_back(entries, grants)


def _take_back(entries: Sequence[Mapping[str, Any]], grants: Sequence[RecipientGrant]) -> None:
    """Grants that a document has dropped from a recipient it names."""
    kept = {(grant.recipient_id, grant.purpose_id) for grant in grants}
    held = RecipientGrant.objects.filter(recipient__in=[entry["code"] for entry in entries])
    gone = [
        pk for pk, *grant in held.values_list("pk", "recipient_id", "purpose_id")
        if tuple(grant) not in kept
    ]  # fmt: skip
    if gone:
        RecipientGrant.objects.filter(pk__in=gone).delete()


def _recipient(entry: Mapping[str, Any], main: str | None) -> dict[str, Any]:
    """A row; a first party that names no controller is part of the main one."""
    contract = entry.get("contract") or {}
    first_party = entry["role"] == Recipient.Role.FIRST_PARTY
    return _without(entry, "grants", "contract", "controller") | {
        "controller_id": entry.get("controller") or (main if first_party else None),
        "contract_reference": contract.get("reference", ""),
        "contract_from": contract.get("from"),
        "contract_until": contract.get("until"),
    }


def _load_features(entries: Sequence[Mapping[str, Any]], purposes: Mapping[str, Purpose]) -> None:
    rows = [
        _without(entry, "purpose", "channel")
        | {"purpose_id": purposes[entry["purpose"]].pk, "channel_id": entry.get("channel")}
        for entry in entries
    ]
    _upsert(Feature, rows, unique=["code"])
