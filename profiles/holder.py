"""Profiles as holders of personal data: the vault, and the account with its requests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from consent.queries import standings
from consent.retention import proof_kept_until
from keys.holding import Kept, Outcome, Section
from profiles import folder, rights
from profiles.actions import vault as vault_actions
from profiles.models import (
    Disclosure,
    ExportFile,
    Profile,
    Request,
    SignInCode,
    User,
)
from profiles.queries import copies


class VaultHolder:
    """Everything a person gave, did or was inferred about, and who received it."""

    name = "vault"
    # Because portability covers what the person provided or what was observed (GDPR Art. 20).
    portable = True

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """The values by where they come from; for a copy also disclosures and uses on record."""
        language = permit.language
        titles = {
            "provided": _("What you told us"),
            "observed": _("What we saw"),
            "inferred": _("What we worked out"),
        }
        for provenance, codes in copies.by_provenance(permit.attributes).items():
            held = copies.walk(subject_id=subject_id, attributes=codes, permit=permit)
            yield Section(titles[provenance], copies.value_rows(held, language=language))
        if permit.right == rights.PORTABILITY:
            return
        yield Section(
            _("Who received your data"), copies.disclosure_rows(subject_id, language=language)
        )
        yield Section(
            _("Uses on record"),
            copies.use_rows(
                subject_id,
                since=standings.standing_of(subject_id).since,
                until=permit.now(),
                language=language,
            ),
        )

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Delete all blocks; that something was disclosed stays on record."""
        gone = vault_actions.erase(subject_id=subject_id)
        profiles, _details = Profile.objects.filter(subject_id=subject_id).delete()
        return Outcome(self.name, gone + profiles, self.keeps(subject_id, at=at))

    def keeps(self, subject_id: UUID, *, at: datetime) -> list[Kept]:
        """What an erasure leaves here, and why."""
        disclosed = Disclosure.objects.filter(subject_id=subject_id).exists()
        if not disclosed:
            return []
        return [
            Kept(
                _("Which companies received which kinds of data, and when; no values"),
                "GDPR Art. 5(2), 17(3)(e), 19",
                proof_kept_until(at),
            )
        ]


class AccountHolder:
    """The account, its sign-ins, its requests and the copies made for them."""

    name = "account"

    def export(self, subject_id: UUID, *, permit: Any) -> Iterator[Section]:
        """The account and the requests of this person."""
        yield Section(_("Your account"), self._account(subject_id))
        yield Section(_("Your requests"), self._requests(subject_id))

    def _account(self, subject_id: UUID) -> Iterator[dict[str, Any]]:
        for user in User.objects.filter(subject_id=subject_id):
            yield {
                "created_at": user.created_at.isoformat(),
                "language": user.language,
                "last_sign_in": user.last_login.isoformat() if user.last_login else None,
            }

    def _requests(self, subject_id: UUID) -> Iterator[dict[str, Any]]:
        found = Request.objects.filter(subject_id=subject_id).order_by("received_at")
        for request in found.iterator(chunk_size=200):
            yield {
                "request": request.public_id,
                "right": request.right,
                "state": request.state,
                "received_at": request.received_at.isoformat(),
                "due": request.due_strict.isoformat(),
                "finished_at": request.finished_at.isoformat() if request.finished_at else None,
            }

    def erase(self, subject_id: UUID, *, at: datetime) -> Outcome:
        """Delete account, sessions, sign-in codes, copies, and what was written in requests."""
        gone = _erase_copies(subject_id)
        texts = Request.objects.filter(subject_id=subject_id)
        gone += texts.exclude(note=None, answer=None).update(note=None, answer=None)
        for user in User.objects.filter(subject_id=subject_id):
            gone += _end_sessions(user)
            gone += SignInCode.objects.filter(login_index=user.login_index).delete()[0]
            gone += user.delete()[0]
        return Outcome(self.name, gone, self.keeps(subject_id, at=at))

    def keeps(self, subject_id: UUID, *, at: datetime) -> list[Kept]:
        """What an erasure leaves here, and why."""
        return [
            Kept(
                _("That you made requests, when we answered them, and this certificate; no words"),
                "GDPR Art. 5(2), 17(3)(b); 11 CCR 7101",
                proof_kept_until(at),
            )
        ]


def _end_sessions(user: User) -> int:
    """Delete the stored sessions of one account; they are found by opening each."""
    mine = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=1000)
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    return Session.objects.filter(session_key__in=mine).delete()[0]


def _erase_copies(subject_id: UUID) -> int:
    requests = list(Request.objects.filter(subject_id=subject_id).values_list("pk", flat=True))
    for request_id in requests:
        folder.remove(request_id)
    return ExportFile.objects.filter(request__in=requests).delete()[0]
