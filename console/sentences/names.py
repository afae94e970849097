"""Names of people, purposes and companies in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

Facts = Mapping[str, Any]
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called in the reader's language; a code without a name stands for itself."""

    purposes: Mapping[str, str]
    recipients: Mapping[str, str]
    attributes: Mapping[str, str]

    def purpose(self, code: str | None) -> str:
        """The name of a purpose, or words for none."""
        return self.purposes.get(code, plain(code)) if code else _("all uses")

    def recipient(self, code: str | None) -> str:
        """The name of a recipient, or words for none."""
        return self.recipients.get(code, code) if code else pgettext("recipient", "Somebody")

    def attribute_list(self, codes: list[str]) -> str:
        """The first few attributes by name, and how many more there are."""
        if not codes:
            return _("no data")
        shown = ", ".join(self.attributes.get(code, plain(code)) for code in codes[:SHOWN])
        rest = len(codes) - SHOWN
        if rest <= 0:
            return shown
        more = ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest}
        return f"{shown}, {more}"


def plain(code: str) -> str:
    """A code with spaces: what is shown where nobody has named it."""
    return code.replace("_", " ")
