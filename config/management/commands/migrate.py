"""`manage.py migrate`, as the owner of the tables, and then the grants of the other roles."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DatabaseError, OperationalError, connections

from config import grants


class Command(migrate.Command):
    """Django's own command with `--database owner` as default."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of Django's command."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate, then revoke and grant; raises CommandError that says what to do."""
        alias = options["database"]
        if alias not in settings.DATABASES:
            raise CommandError(
                "DATABASE_OWNER_URL is not set. Migrations run as the role that owns the tables: "
                "set it to that role's address, beside DATABASE_URL."
            )
        connection = connections[alias]
        only_looks = options["check_unapplied"] or options["plan"]
        try:
            if not only_looks:
                grants.create_missing_roles(connection)
                grants.close_defaults(connection)
            super().handle(*args, **options)
            if not only_looks:
                self._report(grants.apply(connection))
        except OperationalError as error:
            raise CommandError(
                f"The database named by DATABASE_OWNER_URL cannot be used: {error}"
            ) from error
        except DatabaseError as error:
            raise CommandError(str(error)) from error
        return None

    def _report(self, complaints: list[str]) -> None:
        for complaint in complaints:
            self.stderr.write(self.style.WARNING(f"privileges: {complaint}"))
