"""The form that proposes to let a month of the log go."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from audit.pruning import LONGEST_REASON
from console.forms.parting import VALUE, WITHOUT_VALUES
from console.forms.requests import NamedForm


class MonthForm(NamedForm):
    """Which month, as its first day, and why."""

    prefix_of_ids = "month"
    month = forms.DateField(label=_("Month"), widget=forms.Select)
    reason = forms.CharField(
        label=_("Why it may go"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[RegexValidator(VALUE, WITHOUT_VALUES, inverse_match=True)],
        help_text=_("It stays in the log for good. Name nobody."),
    )
