"""The forms for the links with which a person stops something, or opens their choices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions.stop_links import Scope
from console.forms.requests import NamedForm

KINDS = [
    ("stop", _("Only stop something, for 24 months")),
    ("manage", _("Open the choices without a sign-in, for 30 days")),
]
REASONS = [
    ("", _("Choose a reason")),
    ("wrong_hands", _("It reached somebody else")),
    ("person_asked", _("The person asks for it")),
    ("mistake", _("It was made by mistake")),
]
Choices = Iterable[tuple[str, str]]


class IssueForm(NamedForm):
    """Which link, and what a press on it stops."""

    prefix_of_ids = "issue"
    kind = forms.ChoiceField(label=_("What the link can do"), choices=KINDS)
    purpose = forms.ChoiceField(
        label=_("What it stops"),
        required=False,
        help_text=_("For a link that only stops."),
    )
    channel = forms.ChoiceField(
        label=_("On which channel"), required=False, help_text=_("For one use only.")
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        purposes: Choices,
        channels: Choices,
    ) -> None:
        super().__init__(data)
        self.fields["purpose"].choices = [("", _("All advertising")), *purposes]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("On every channel")), *channels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A channel narrows one use; all advertising has none."""
        cleaned: dict[str, Any] = super().clean() or {}
        stops = cleaned.get("kind") == "stop"
        if stops and cleaned.get("channel") and not cleaned.get("purpose"):
            self.add_error("channel", _("Choose one use, or leave the channel open."))
        return cleaned

    def scope(self) -> Scope:
        """What a press stops; call it on a valid form."""
        if self.cleaned_data["kind"] != "stop":
            return Scope()
        return Scope(self.cleaned_data["purpose"] or None, self.cleaned_data["channel"])


class RevokeForm(forms.Form):
    """Why a link ends before its time."""

    reason = forms.ChoiceField(label=_("Why it ends"), choices=REASONS)

    def __init__(self, data: Mapping[str, Any] | None = None, *, link: str = "") -> None:
        super().__init__(data, auto_id=f"revoke-{link}_%s")
