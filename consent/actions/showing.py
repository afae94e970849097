"""Binding a Yes to what was really shown: the snapshot token, and the control it was asked with."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from audit.bodies import Fact
from consent import snapshots
from consent.acts import AFFIRMATIVE, Act
from consent.errors import ConsentRefused
from consent.models import Notice, NoticeText
from consent.notices import prominence
from consent.snapshots import Snapshot

# Because a Yes that is confirmed later was bound to its words when it was given.
YES = AFFIRMATIVE - {"confirmed"}


def as_shown(
    act: Act, *, subject_id: UUID, source: str | None, at: datetime
) -> tuple[Act, Snapshot | None]:
    """The act with the version, language and time of its token; None where it brings no token.

    Raises ConsentRefused for a Yes whose token is forged, expired, another person's, for other
    words, or whose control is unfair. What restricts is never refused for its token.
    """
    if act.state not in YES:
        kept = _kept_if_good(act, subject_id, source, at)
        return (_filled(act, kept) if kept else act), kept
    if act.component is not None:
        check_fair(act.component)
    if not act.snapshot:
        return act, None
    snapshot = snapshots.read(act.snapshot, at=at)
    _check_holder(snapshot, subject_id, source)
    _check_same(act, snapshot)
    if snapshot.component not in prominence.ATTESTED and act.component is None:
        raise ConsentRefused(
            "COMPONENT_UNATTESTED",
            "Nobody measured whether No and Yes were equally prominent.",
            fix="Send component: how both answers were drawn.",
            pointer="/component",
        )
    return _filled(act, snapshot), snapshot


def check_words(act: Act, snapshot: Snapshot | None, notice: Notice | None) -> None:
    """Refuses a Yes from our own pages without a token, and a token for words that are not these.

    Raises ConsentRefused: SNAPSHOT_MISSING, SNAPSHOT_OTHER_WORDS.
    """
    if act.state not in YES:
        return
    if snapshot is None:
        if act.method in snapshots.RENDERED:
            raise ConsentRefused(
                "SNAPSHOT_MISSING",
                "A Yes on a page of ours comes with the token of what the page showed.",
                fix="Send the snapshot token of the form, or the method that was really used.",
                pointer="/snapshot",
            )
        return
    words = NoticeText.objects.filter(notice=notice, language=snapshot.language)
    kept = words.values_list("content_hash", flat=True).first()
    if kept is None or bytes(kept) != snapshot.words:
        raise _other_words("/snapshot")


def facts_of(snapshot: Snapshot | None) -> dict[str, Fact]:
    """What the log keeps of a token: its hash, where it was shown and with which control."""
    if snapshot is None:
        return {}
    return {
        "snapshot": snapshot.digest.hex(),
        "surface": snapshot.surface,
        "component": snapshot.component,
    }


def _filled(act: Act, snapshot: Snapshot) -> Act:
    return replace(
        act,
        notice=snapshot.version,
        language=snapshot.language,
        shown_at=snapshot.shown_at,
    )


def _kept_if_good(act: Act, subject_id: UUID, source: str | None, at: datetime) -> Snapshot | None:
    if not act.snapshot or act.purpose is None:
        return None
    try:
        snapshot = snapshots.read(act.snapshot, at=at)
        _check_holder(snapshot, subject_id, source)
        _check_same(act, snapshot)
    except ConsentRefused:
        return None
    return snapshot


def _check_holder(snapshot: Snapshot, subject_id: UUID, source: str | None) -> None:
    holders = [snapshots.person(subject_id)]
    if source is not None:
        holders.append(snapshots.partner(source))
    if not any(snapshot.belongs_to(holder) for holder in holders):
        raise ConsentRefused(
            "SNAPSHOT_NOT_YOURS",
            "This token was made for somebody else.",
            fix="Send the token that was made when this person was shown the words.",
            pointer="/snapshot",
        )


def _check_same(act: Act, snapshot: Snapshot) -> None:
    pairs = (
        ("/purpose", act.purpose, snapshot.purpose),
        ("/notice", act.notice, snapshot.version),
        ("/language", act.language or None, snapshot.language),
        ("/method", act.method if act.method in snapshots.RENDERED else None, snapshot.surface),
    )
    for pointer, said, shown in pairs:
        if said is not None and said != shown:
            raise _other_words(pointer)


def _other_words(pointer: str) -> ConsentRefused:
    return ConsentRefused(
        "SNAPSHOT_OTHER_WORDS",
        "The token is for other words than those that were answered.",
        fix="Send the answer and the token of the same card.",
        pointer=pointer,
    )


def check_fair(component: prominence.Component) -> None:
    """Raises ConsentRefused (COMPONENT_UNFAIR) for a control that pushes towards one answer."""
    if faults := prominence.faults(component):
        raise ConsentRefused(
            "COMPONENT_UNFAIR",
            "No and Yes were not equally prominent, so this is no free choice: "
            + "; ".join(faults) + ".",
            fix="Draw both answers alike, No first and nothing preselected, and ask again.",
            pointer="/component",
        )  # fmt: skip
