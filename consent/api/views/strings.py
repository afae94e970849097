"""A person's state as the strings and signals that advertising reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import actions as audit
from consent.api import descriptions, subjects
from consent.api.authzen import show_time
from consent.api.effective import current_row
from consent.api.moments import moment_in
from consent.api.problems import Problem, malformed
from consent.api.tokens import caller_in
from consent.exchange import consent_mode, rendering
from consent.exchange.standing import Standing
from consent.jurisdiction_data import JURISDICTIONS
from consent.queries import catalogue as catalogues
from consent.queries import exchange, past, states
from consent.queries.past import Moment
from consent.strings import gpp, tcf
from consent.strings.gpp import TCF_EU
from consent.strings.tcf import TcString

DEFAULT_LANGUAGE = "en"


class StringsView(APIView):
    """GET /v1/subjects/{id}/strings."""

    required_scopes = {"GET": ["consent:read"]}

    @extend_schema(**descriptions.STRINGS)
    def get(self, request: Request, subject: str) -> Response:
        """200 with what holds, or held, as a TC string, a GPP string and Consent Mode signals."""
        caller, at = caller_in(request), timezone.now()
        moment = moment_in(request, at=at)
        if not caller.first_party:
            raise Problem(
                403,
                "FIRST_PARTY_ONLY",
                "A string holds every choice of a person, so only a first party may read it.",
                fix="Ask the shop to pass its string on, or ask the gate about your own use.",
            )
        language = _language(request.query_params.get("language", DEFAULT_LANGUAGE))
        subject_id = subjects.known(caller, subject)
        audit.append(
            kind="strings.read",
            at=at,
            tag=subjects.tag_of(subject_id, at=at),
            facts={"recipient": caller.recipient},
        )
        name = subjects.name_for(caller, subject_id, subject)
        standing, epoch = _standing(subject_id, at) if moment is None else _then(subject_id, moment)
        members = _members(standing, epoch, caller.recipient, language)
        if moment is not None:
            members |= {
                "valid_at": show_time(moment.valid_at),
                "known_at": show_time(moment.known_at),
            }
        headers = {"Cache-Control": "private, no-store"}
        return Response({"subject": name} | members, headers=headers)


def _language(sent: str) -> str:
    if len(sent) != 2 or not (sent.isascii() and sent.isalpha()):
        raise malformed("/language", "A language is two letters.", fix="Send an ISO 639-1 code.")
    return sent.lower()


def _standing(subject_id: UUID, at: datetime) -> tuple[Standing, int]:
    row = current_row(subject_id, at)
    content = states.shape_content(row.shape) if row.shape is not None else None
    catalogue = catalogues.catalogue(row.catalogue)
    return Standing(content=content, catalogue=catalogue, at=at), row.epoch or 0


def _then(subject_id: UUID, moment: Moment) -> tuple[Standing, int]:
    found = past.past(subject_id, moment)
    content = dict(found.content) if found.content is not None else None
    return Standing(content=content, catalogue=found.catalogue, at=moment.valid_at), found.epoch


def _members(standing: Standing, epoch: int, publisher: str, language: str) -> dict[str, Any]:
    at, tables = standing.at, exchange.tables()
    said = rendering.gpp(
        standing, tables=tables, publisher=publisher, language=language, today=at.date()
    )
    european = said.sections.get(TCF_EU)
    return {
        "epoch": epoch,
        "as_of": show_time(at),
        "tcf": tcf.encode(european) if isinstance(european, TcString) else None,
        "gpp": gpp.encode(said) if said.sections else None,
        "consent_mode": {
            "default": consent_mode.default(tables=tables, jurisdictions=JURISDICTIONS),
            "update": consent_mode.update(standing, tables=tables, publisher=publisher),
        },
    }
