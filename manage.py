#!/usr/bin/env python
"""The one entry point: `manage.py help` lists what it can do."""

import os
import sys

from consent import decision_tables


def main() -> int:
    """Run one command; `decide` needs neither settings nor a server."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["decide"]:
        return decision_tables.main(sys.argv[2:])
    # Because counsel runs `decide` with a bare Python, packages are needed only from here on.
    if sys.argv[1:2] == ["dev"]:
        # Because the supervisor starts the database that the settings ask for.
        from config.launcher import development

        return development.main(sys.argv[2:])
    if sys.argv[1:2] == ["demo_reset"]:
        from config.launcher import reset

        return reset.main(sys.argv[2:])
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
