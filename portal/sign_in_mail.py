"""The message with the code; an address without an account gets one that says so."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.actions.accounts import IssuedCode


def send(*, email: str, issued: IssuedCode, language: str) -> None:
    """Mail the code to the address that was typed, in the person's or the page's language."""
    with translation.override(issued.language or language):
        subject, body = _known(issued.code) if issued.known else _unknown()
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [email])


def _known(code: str) -> tuple[str, str]:
    lines = [
        code,
        "",
        _("This is your code to sign in to your privacy options. It works once, for 10 minutes."),
        _("If you did not ask for it, do nothing: nobody can sign in without it."),
    ]
    return _("Your sign-in code"), "\n".join(lines)


def _unknown() -> tuple[str, str]:
    lines = [
        _("Somebody, perhaps you, asked to sign in to the privacy options with this address."),
        _("We hold no account under it. If you shopped with another address, use that one."),
        _("We have not kept this address."),
    ]
    return _("No account under this address"), "\n".join(lines)
