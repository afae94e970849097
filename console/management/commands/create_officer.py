"""`manage.py create_officer EMAIL`: the first officer of the console, or a further one."""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from profiles.actions import accounts


class Command(BaseCommand):
    """Create an officer; the password is asked for, read from standard input, or made up."""

    help = "Creates an officer who may sign in to the console with e-mail and password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address, the name, and where the password comes from."""
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="how colleagues and letters name them")
        group = parser.add_mutually_exclusive_group()
        group.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
        group.add_argument(
            "--generate", action="store_true", help="make a password and print it once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account; raises CommandError that says what to do."""
        password = self._password(options)
        try:
            accounts.create_officer(
                email=options["email"],
                password=password,
                display_name=options["name"] or options["email"].partition("@")[0],
                at=timezone.now(),
            )
        except accounts.AddressTaken as error:
            raise CommandError("There is an account with this address already.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write("The officer can sign in at /console/sign-in.")
        if options["generate"]:
            self.stdout.write(f"Password (shown only now): {password}")

    def _password(self, options: dict[str, Any]) -> str:
        if options["generate"]:
            return secrets.token_urlsafe(15)
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("Password (at least 12 characters): ")
        if first != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ; nothing was created.")
        return first
