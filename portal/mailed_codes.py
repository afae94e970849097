"""Proving an address by a code that is mailed to it: what signing in and joining have in common."""

from typing import TYPE_CHECKING, NamedTuple

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from portal import people, sign_in_mail
from portal.sign_in_limits import TooMany, count_message
from portal.typed_address import SECONDS, close, unclose
from profiles.actions import accounts

if TYPE_CHECKING:
    from profiles.models import User


class Proof(NamedTuple):
    """What a code proves, and where the visitor's own browser keeps the address meanwhile."""

    proves: str
    cookie: str
    folder: str


SIGN_IN = Proof(accounts.SIGN_IN, "sign_in", "/sign-in")
SECOND_ACCOUNT = Proof(accounts.JOIN, "second_account", "/joins")


def send(request: HttpRequest, form: Form, proof: Proof) -> bool:
    """Mail a code to the address of a valid form; False, and why in the form, after too many."""
    email = form.cleaned_data["email"]
    try:
        count_message(email=email, visitor=request.META.get("REMOTE_ADDR", ""))
    except TooMany:
        form.add_error(
            "email",
            gettext("Too many codes were sent to this address or from this network. Use the "
                    "newest code you have, or try again in 15 minutes."),
        )  # fmt: skip
        return False
    issued = accounts.request_code(email=email, at=people.now(), proves=proof.proves)
    joining = proof is SECOND_ACCOUNT
    sign_in_mail.send(email=email, issued=issued, language=people.language(), joining=joining)
    return True


def keep_address(response: HttpResponse, request: HttpRequest, email: str, proof: Proof) -> None:
    """In the visitor's own browser and nowhere else, encrypted."""
    response.set_cookie(
        proof.cookie,
        close(email),
        max_age=SECONDS,
        path=proof.folder,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def kept_address(request: HttpRequest, proof: Proof) -> str | None:
    """The address that this browser was sent a code for."""
    return unclose(request.COOKIES.get(proof.cookie, ""))


def forget_address(response: HttpResponse, proof: Proof) -> None:
    """Answered: the browser keeps it no longer."""
    response.delete_cookie(proof.cookie, path=proof.folder)


def owner(form: Form, email: str, proof: Proof) -> "User | None":
    """Whose account the code of a valid form opens; None, and why in the form."""
    user = accounts.confirm_code(
        email=email, code=form.cleaned_data["code"], at=people.now(), proves=proof.proves
    )
    if user is None:
        form.add_error(
            "code",
            gettext("That code does not match, or it is too old. Check the newest e-mail, "
                    "or send a new one."),
        )  # fmt: skip
    return user
