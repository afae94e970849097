"""The form that asks what a draft would change."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions.replaying import read_document
from consent.errors import ConsentRefused
from console.forms.fields import LARGEST_DRAFT, DayInput, of_our_time


class WhatIfForm(forms.Form):
    """A draft of the catalogue, and the days whose decisions are decided again under it."""

    draft = forms.FileField(
        label=_("Draft of the catalogue"),
        help_text=_("A catalogue document in JSON, at most 1 MiB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    since = forms.DateField(label=_("From day"), widget=DayInput(), validators=[of_our_time])
    until = forms.DateField(
        label=_("To day"), required=False, widget=DayInput(), validators=[of_our_time]
    )

    def clean(self) -> dict[str, Any]:
        """Reads the document; the range must begin before it ends."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until, draft = (cleaned.get(name) for name in ("since", "until", "draft"))
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        if draft and draft.size > LARGEST_DRAFT:
            self.add_error("draft", _("The file is larger than 1 MiB."))
        elif draft:
            try:
                cleaned["document"] = read_document(draft.read())
            except ConsentRefused:
                self.add_error("draft", _("This is not a catalogue document in JSON."))
        return cleaned
