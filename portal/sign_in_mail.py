"""The message with the code; an address without an account gets one that says so."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.actions.accounts import IssuedCode


def send(*, email: str, issued: IssuedCode, language: str, joining: bool = False) -> None:
    """Mail the code to the address that was typed, in the person's or the page's language.

    `joining`: the code proves a second account and signs nobody in.
    """
    with translation.override(issued.language or language):
        known = _joining if joining else _known
        subject, body = known(issued.code) if issued.known else _unknown()
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [email])


def _known(code: str) -> tuple[str, str]:
    lines = [
        code,
        "",
        _("This is your code to sign in to your privacy options. It works once, for 10 minutes."),
        _("If you did not ask for it, do nothing: nobody can sign in without it."),
    ]
    return _("Your sign-in code"), "\n".join(lines)


def _joining(code: str) -> tuple[str, str]:
    lines = [
        code,
        "",
        _("This code lets the person who asked for it join your account with another one of "
          "theirs. It works once, for 10 minutes."),
        _("If that was not you, tell nobody the code and do nothing: nothing is joined without "
          "it."),
    ]  # fmt: skip
    return _("Your code to join two accounts"), "\n".join(lines)


def _unknown() -> tuple[str, str]:
    lines = [
        _("Somebody, perhaps you, asked to sign in to the privacy options with this address."),
        _("We hold no account under it. If you shopped with another address, use that one."),
        _("We have not kept this address."),
    ]
    return _("No account under this address"), "\n".join(lines)
