"""`manage.py translations`: gather messages, compile translations; `--check` only looks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import translating
from config.launcher import translations


class Command(BaseCommand):
    help = "Bring the .po files up to date with the sources and compile them to .mo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where something is stale")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        faults = [
            fault for language in translating.languages() for fault in self._one(language, check)
        ]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("Every message is translated and compiled.")

    def _one(self, language: str, check: bool) -> list[str]:
        made = translating.gathered(language)
        text = translating.po_text(made)
        path = translating.folder(language) / "django.po"
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.with_suffix(".mo").write_bytes(translations.compiled(path))
        faults = [
            f"{language}: not translated: {message.id!r}" for message in translating.missing(made)
        ]
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            faults.append(f"{path} lacks messages of the sources; run `make translations`.")
        elif not check or not faults:
            faults += [f"{path}: {fault}" for fault in translations.complaints(path)]
        return faults
