"""What things of the catalogue are called, in the languages that the catalogue speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from consent.models import Attribute, Channel, Controller, Purpose, Recipient
from consent.queries import catalogue as catalogues
from consent.reasons import CUSTOMER_EN, CUSTOMER_UK

FALLBACK = "en"
_lock = Lock()
_kept: dict[int, "Names"] = {}


@dataclass(frozen=True, slots=True)
class Names:
    """Labels by code, of purposes by name; what the catalogue has lost is its own label."""

    attributes: Mapping[str, Mapping[str, str]]
    purposes: Mapping[str, Mapping[str, str]]
    recipients: Mapping[str, str]
    channels: Mapping[str, Mapping[str, str]]
    controllers: Mapping[str, str]

    def attribute(self, code: str, language: str) -> str:
        """The name of an attribute or a group of them."""
        return _worded(self.attributes.get(code, {}), language) or code

    def purpose(self, code: str, language: str) -> str:
        """The name of a purpose."""
        return _worded(self.purposes.get(code, {}), language) or code

    def recipient(self, code: str) -> str:
        """The name of a company; names are not translated."""
        return self.recipients.get(code, code)

    def channel(self, code: str, language: str) -> str:
        """The name of a channel."""
        return _worded(self.channels.get(code, {}), language) or code

    def controller(self, code: str) -> str:
        """The name of a brand; names are not translated."""
        return self.controllers.get(code, code)


@dataclass(frozen=True, slots=True)
class ControllerCard:
    """Who is responsible and where people reach them (GDPR Art. 13(1)(a))."""

    name: str
    country: str
    contact: str


def names() -> Names:
    """All names at the catalogue's present version; one load per version and process."""
    version = catalogues.current_version()
    kept = _kept.get(version)
    if kept is not None:
        return kept
    with _lock:
        loaded = Names(
            attributes=dict(Attribute.objects.values_list("code", "label")),
            purposes=dict(Purpose.objects.values_list("name", "label")),
            recipients=dict(Recipient.objects.values_list("code", "name")),
            channels=dict(Channel.objects.values_list("code", "label")),
            controllers=dict(Controller.objects.values_list("code", "name")),
        )
        _kept.clear()
        _kept[version] = loaded
    return loaded


def forget() -> None:
    """Drop the names this process keeps."""
    _kept.clear()


def controllers() -> list[ControllerCard]:
    """The controllers of the catalogue, the main one first, then by code."""
    return [
        ControllerCard(name=row.name, country=row.country, contact=row.contact)
        for row in Controller.objects.order_by("-is_main", "code")
    ]


def reason(code: str, language: str) -> str:
    """What a reason code means to the person, in one calm sentence."""
    worded = CUSTOMER_UK if language == "uk" else CUSTOMER_EN
    return worded.get(code, CUSTOMER_EN.get(code, code))


def _worded(label: Mapping[str, str], language: str) -> str:
    return label.get(language) or label.get(FALLBACK, "")
