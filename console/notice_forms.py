"""The editor of a notice: six rows in each language, side by side, and what else the law wants."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions.drafting import Draft
from consent.notices.completeness import DETAILS, LONGEST_DETAIL
from consent.notices.wording import ROWS, Wording
from console.forms import DayInput, NamedForm
from console.notice_words import DETAILS as DETAIL_NAMES

TITLE = "title"
# Longer than what may be published, so that a long sentence is shown back and not cut.
LONGEST_TYPED = 400
LONGEST_REASON = 500


class NoticeForm(forms.Form):
    """Title and rows by language, named `LANGUAGE-ROW`; a language left empty is not written."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    valid_days = forms.IntegerField(
        label=_("A Yes lasts so many days"),
        required=False,
        min_value=1,
        max_value=36500,
        help_text=_("Empty: until it is taken back."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.languages = tuple(languages)
        for language in self.languages:
            for row in (TITLE, *ROWS):
                self.fields[f"{language}-{row}"] = _text(
                    LONGEST_TYPED, rows=2 if row == TITLE else 4
                )
            self.fields[f"{language}-dropped"] = _text(
                LONGEST_REASON, rows=2, label=_("Why this language is left out, if it is")
            )
        for name in DETAILS:
            self.fields[f"detail-{name}"] = _text(LONGEST_DETAIL, rows=2, label=DETAIL_NAMES[name])

    def draft(self) -> Draft:
        """What was written; call it on a valid form."""
        typed = self.cleaned_data
        return Draft(
            wordings={
                language: Wording(
                    language,
                    typed[f"{language}-{TITLE}"],
                    {row: typed[f"{language}-{row}"] for row in ROWS},
                )
                for language in self.languages
                if any(typed[f"{language}-{row}"] for row in (TITLE, *ROWS))
            },
            details={name: typed[f"detail-{name}"] for name in DETAILS},
            dropped={
                language: typed[f"{language}-dropped"]
                for language in self.languages
                if typed[f"{language}-dropped"]
            },
            valid_days=typed["valid_days"],
        )


def initial_of(
    words: Mapping[str, Wording],
    *,
    details: Mapping[str, str],
    dropped: Mapping[str, str],
    valid_days: int | None,
    seen: str,
) -> dict[str, Any]:
    """What the form begins with: the draft as it stands, or the live version."""
    found: dict[str, Any] = {"seen": seen, "valid_days": valid_days}
    for language, wording in words.items():
        found[f"{language}-{TITLE}"] = wording.title
        found |= {f"{language}-{row}": text for row, text in wording.rows.items()}
    found |= {f"{language}-dropped": why for language, why in dropped.items()}
    return found | {f"detail-{name}": text for name, text in details.items()}


class ProposeForm(NamedForm):
    """Whether an older Yes still covers the new words; the service says what it would say."""

    prefix_of_ids = "propose"
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput())
    material = forms.ChoiceField(
        label=_("Does an older Yes still cover this?"),
        choices=[
            ("yes", _("No, it is a material change: an older Yes stops counting")),
            ("no", _("Yes, only the words changed: an older Yes goes on")),
        ],
    )


class ApproveForm(NamedForm):
    """When to publish what the second officer has read."""

    prefix_of_ids = "approve"
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput())
    day = forms.DateField(
        label=_("Publish on"),
        required=False,
        widget=DayInput(),
        help_text=_("At the start of this day. Empty: now."),
    )

    def clean_day(self) -> date | None:
        """The day, none for now."""
        found: date | None = self.cleaned_data["day"]
        return found


class SendBackForm(NamedForm):
    """Why a proposed version goes back to be changed."""

    prefix_of_ids = "back"
    reason = forms.CharField(
        label=_("Why it goes back"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _text(longest: int, *, rows: int, label: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
