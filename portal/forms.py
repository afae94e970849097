"""What people type into the portal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.rights_words import RightWords


class AddressForm(forms.Form):
    """An e-mail address."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not a whole e-mail address. Example: name@example.org"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class CodeForm(forms.Form):
    """The six digits, pasted with or without spaces."""

    code = forms.CharField(
        label=_("The six digits from the e-mail"),
        max_length=20,
        error_messages={"required": _("Write the six digits from the newest e-mail.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "digits"}
        ),
    )

    def clean_code(self) -> str:
        """Only the digits."""
        digits = "".join(sign for sign in self.cleaned_data["code"] if sign.isdigit())
        if len(digits) != 6:
            raise forms.ValidationError(_("The code has six digits."))
        return digits


class RequestForm(forms.Form):
    """What a right asks for: a text, or what is objected to, or nothing."""

    text = forms.CharField(required=False, max_length=5000, widget=forms.Textarea)
    purpose = forms.ChoiceField(required=False, label=_("What do you object to?"))

    def __init__(
        self, *args: Any, words: RightWords, choices: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if words.text_label is None:
            del self.fields["text"]
        else:
            self.fields["text"].label = words.text_label
            self.fields["text"].required = words.text_needed
            self.fields["text"].error_messages = {
                "required": _("Write a few words, so that a person can help."),
                "max_length": _("5,000 characters at most; shorten it, please."),
            }
        if choices:
            self.fields["purpose"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["purpose"]
