"""All faults of a catalogue document."""

from collections.abc import Iterator, Mapping
from typing import Any

from consent.catalogue_faults.codes import Codes_of, Known, main_controller, repeated
from consent.catalogue_faults.features import editions, features
from consent.catalogue_faults.form import form
from consent.catalogue_faults.purposes import attributes, purposes
from consent.catalogue_faults.recipients import recipients
from consent.catalogue_faults.values import Fault


def faults(document: Any, known: Known = Known()) -> list[Fault]:  # noqa: B008
    """All faults; those of form first, and those of meaning only where the form is right."""
    if not isinstance(document, Mapping):
        return [Fault("", "A catalogue document is a JSON object.")]
    found = list(form(document))
    return found or list(_meaning(document, known))


def _meaning(document: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    main = main_controller(document, known)
    if main is None:
        yield Fault(
            "/controllers", "Exactly one controller is the main one (is_main), and it stays so."
        )
    yield from repeated(document, main)
    codes = Codes_of.of(document, known, main)
    yield from attributes(document["attributes"])
    yield from purposes(document, codes, main)
    yield from recipients(document["recipients"], codes)
    yield from features(document, codes, main)
    yield from editions(document.get("jurisdictions", ()))
