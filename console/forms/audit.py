"""The filter of the log."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.fields import ANY, DayInput, by_name

OUTCOMES = [ANY, ("allowed", _("Allowed")), ("refused", _("Refused"))]
KINDS = [
    ANY,
    ("decision", _("Questions to the gate")),
    ("consent", _("What people said")),
    ("use", _("Uses")),
    ("request", _("Requests")),
    ("erasure", _("Erasures")),
    ("console", _("Reading by officers")),
    ("log", _("Checks of the log")),
    ("officer", _("Officers")),
    ("account", _("Customers' sign-ins")),
    ("subject", _("Registrations")),
    ("attributes", _("Data stored")),
    ("catalogue", _("Catalogue")),
    ("replay", _("What if")),
    ("notice", _("Notices")),
]


class AuditFilterForm(forms.Form):
    """The filters of the log, all of them in the address of the page."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES, required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    recipient = forms.ChoiceField(label=_("Recipient"), required=False)
    reason = forms.ChoiceField(label=_("Reason code"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput())
    event = forms.UUIDField(label=_("Entry id"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        purposes: Mapping[str, str],
        recipients: Mapping[str, str],
        reasons: Iterable[str],
    ) -> None:
        super().__init__(data)
        self.fields["purpose"].choices = [ANY, *by_name(purposes)]  # type: ignore[attr-defined]
        self.fields["recipient"].choices = [ANY, *by_name(recipients)]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            ANY,
            *((code, code) for code in sorted(reasons)),
        ]

    def clean(self) -> dict[str, Any]:
        """The range must begin before it ends."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def used(self) -> dict[str, Any]:
        """The filters that are set, by name; call it on a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value}
