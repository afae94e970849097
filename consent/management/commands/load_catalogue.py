"""`manage.py load_catalogue [FILE.json]`: publish the shipped catalogue, or your own."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.actions import cataloguing
from consent.errors import ConsentRefused


class Command(BaseCommand):
    help = "Load a catalogue document; loading it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: the shipped catalogue")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        try:
            document = (
                json.loads(file.read_text(encoding="utf-8"))
                if file
                else cataloguing.default_document()
            )
            cataloguing.load(document=document, by="operator", at=timezone.now())
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"This is not a catalogue document: {error}") from error
        except ConsentRefused as error:
            raise CommandError(f"{error.detail} {error.fix}") from error
        self.stdout.write("Catalogue loaded.")
