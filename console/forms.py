"""What officers type, checked before anything is asked of the layers below."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions.replaying import read_document
from consent.errors import ConsentRefused
from console.sentences import REFUSALS, RIGHTS, STATES

LONGEST_TEXT = 4000
LONGEST_ROUTE = 900
LARGEST_DRAFT = 1024 * 1024
FIRST_YEAR = 1900
ANY = ("", _("Any"))
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
READING_REASONS = [
    ("", _("Choose a reason")),
    ("handling_request", _("To handle this request")),
    ("complaint", _("To answer a complaint")),
    ("authority_request", _("A supervisory authority asked")),
    ("security_incident", _("To examine a security incident")),
    ("accuracy_check", _("To check that our records are right")),
]
CLOCKS = [
    ANY,
    ("overdue", _("Overdue")),
    ("soon", _("Due within three days")),
    ("officer", _("Waiting for an officer")),
]


class DayInput(forms.DateInput):
    """The browser's own date field, which wants the form of ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SignInForm(forms.Form):
    """E-mail and password. The names of the fields are those that the lock-out masks."""

    username = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def of_our_time(day: date) -> None:
    """Raises ValidationError for a day of which nobody has a record."""
    if day.year < FIRST_YEAR:
        raise forms.ValidationError(_("Nothing is on record for a day so long ago."))


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
        self.fields["purpose"].choices = [ANY, *_by_name(purposes)]  # type: ignore[attr-defined]
        self.fields["recipient"].choices = [ANY, *_by_name(recipients)]  # type: ignore[attr-defined]
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


class RequestFilterForm(forms.Form):
    """The filters of the inbox, all of them in the address of the page."""

    right = forms.ChoiceField(label=_("Right"), choices=[ANY, *RIGHTS.items()], required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Open")), ("all", _("All")), *STATES.items()],
        required=False,
    )
    clock = forms.ChoiceField(label=_("Needs attention"), choices=CLOCKS, required=False)

    def used(self) -> dict[str, Any]:
        """The filters that are set, by name; call it on a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class NamedForm(forms.Form):
    """A form that shares its page with others, so that its fields need ids of their own."""

    prefix_of_ids = ""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{self.prefix_of_ids}_%s")


class AnswerForm(NamedForm):
    """What is written to the person when an officer has done what was asked."""

    prefix_of_ids = "answer"
    text = forms.CharField(
        label=_("What you did, in words to the person"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RefusalForm(NamedForm):
    """A proposal to refuse: the reason the law knows, why, and where to complain."""

    prefix_of_ids = "refusal"
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *REFUSALS.items()]
    )
    text = forms.CharField(
        label=_("Why, in words to the person"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Plain and complete: the person reads exactly this."),
    )
    route = forms.CharField(
        label=_("Where the person can complain"),
        max_length=LONGEST_ROUTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReadingForm(NamedForm):
    """Why an officer needs to see records about one person."""

    prefix_of_ids = "reading"
    reason = forms.ChoiceField(
        label=_("Why do you need to see this person's consents?"),
        choices=READING_REASONS,
        help_text=_("Your reason is put on record, and the person can see that an officer looked."),
    )
    on = forms.DateField(
        label=_("As it stood at the end of a day"),
        required=False,
        validators=[of_our_time],
        widget=DayInput(),
        help_text=_("Leave it empty for now."),
    )


def _by_name(named: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda entry: entry[1].casefold())
