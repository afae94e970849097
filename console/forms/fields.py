"""What several forms of the console share."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 4000
LONGEST_ROUTE = 900
LARGEST_DRAFT = 1024 * 1024
FIRST_YEAR = 1900
ANY = ("", _("Any"))


class DayInput(forms.DateInput):
    """The browser's own date field, which wants the form of ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def of_our_time(day: date) -> None:
    """Raises ValidationError for a day of which nobody has a record."""
    if day.year < FIRST_YEAR:
        raise forms.ValidationError(_("Nothing is on record for a day so long ago."))


def by_name(named: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda entry: entry[1].casefold())
