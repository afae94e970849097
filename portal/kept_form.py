"""What somebody kept, as a file or as pasted text."""

from typing import Any

from django import forms
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from consent.actions.kept_receipts import LONGEST


class KeptForm(forms.Form):
    """One file, or its text; the text is in `cleaned_data["kept"]`."""

    file = forms.FileField(
        required=False,
        label=_("The file"),
        help_text=_("A receipt that carries its proof, a .tlog-proof or a checkpoint, "
                    "at most 64 KB."),
        widget=forms.FileInput(attrs={"aria-describedby": "id_file-hint"}),
    )  # fmt: skip
    text = forms.CharField(
        required=False,
        strip=False,
        label=_("Or its text"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Reads the file as text; the pasted text counts where there is no file."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        file, text = cleaned.get("file"), str(cleaned.get("text") or "")
        cleaned["kept"] = _read(file) if file else text
        if not cleaned["kept"].strip():
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        if len(cleaned["kept"]) > LONGEST:
            raise forms.ValidationError(_("This is longer than any receipt. 64 KB at most."))
        return cleaned


def _read(file: "File[bytes]") -> str:
    try:
        return file.read(LONGEST + 1).decode()
    except UnicodeDecodeError:
        raise forms.ValidationError(
            _("This file is not text. Choose the file as it was given to you.")
        ) from None
