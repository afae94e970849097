"""`manage.py agents add ID NAME KEY | pause ID | list`: who may act for people (DRP)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from profiles.actions import agents as actions
from profiles.actions.agents import AgentRefused
from profiles.queries import agents


class Command(BaseCommand):
    help = "Enter, pause and list authorised agents of the Data Rights Protocol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        add = does.add_parser("add", help="enter an agent, or change its key")
        add.add_argument("agent", help="its id in the network's directory")
        add.add_argument("name")
        add.add_argument("verify_key", help="Ed25519, base64")
        does.add_parser("pause", help="stop listening to an agent").add_argument("agent")
        does.add_parser("list", help="every agent")

    def handle(self, *args: Any, does: str, **options: Any) -> None:
        getattr(self, f"_{does}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        try:
            actions.add_agent(
                agent=options["agent"],
                name=options["name"],
                verify_key=options["verify_key"],
                by="operator",
                at=timezone.now(),
            )
        except AgentRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{options['agent']} may act for people.")

    def _pause(self, options: dict[str, Any]) -> None:
        if not actions.pause_agent(agent=options["agent"], by="operator", at=timezone.now()):
            raise CommandError("There is no such agent.")
        self.stdout.write(f"{options['agent']} is paused.")

    def _list(self, options: dict[str, Any]) -> None:
        for agent in agents.listed():
            state = "paused" if agent.paused_at else "active"
            self.stdout.write(f"{agent.pk}\t{state}\t{agent.name}")
