"""The form that takes two joined records apart."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from console.forms.requests import NamedForm

LONGEST_REASON = 400
# Because consents hold no personal value, and an address or a number is one.
VALUE = r"@|\d{5}"
WITHOUT_VALUES = _("Leave out addresses, telephone and customer numbers: others can read this.")


class PartingForm(NamedForm):
    """Why; `shown` is the digest of the table that the officer read before pressing."""

    prefix_of_ids = "parting"
    reason = forms.CharField(
        label=_("Why the records are taken apart"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[RegexValidator(VALUE, WITHOUT_VALUES, inverse_match=True)],
        help_text=_("Everybody whose record it was can read this. Name nobody."),
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
