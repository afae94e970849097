"""The forms of requests."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.fields import ANY, LONGEST_ROUTE, LONGEST_TEXT
from console.sentences import REFUSALS, RIGHTS, STATES

CLOCKS = [
    ANY,
    ("overdue", _("Overdue")),
    ("soon", _("Due within three days")),
    ("officer", _("Waiting for an officer")),
]


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
