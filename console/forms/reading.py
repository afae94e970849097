"""The form that asks why a person is looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.fields import DayInput, of_our_time
from console.forms.requests import NamedForm

LAST_PAGE = 1_000
READING_REASONS = [
    ("", _("Choose a reason")),
    ("handling_request", _("To handle this request")),
    ("complaint", _("To answer a complaint")),
    ("authority_request", _("A supervisory authority asked")),
    ("security_incident", _("To examine a security incident")),
    ("accuracy_check", _("To check that our records are right")),
]


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
    page = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )
