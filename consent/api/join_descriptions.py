"""What the OpenAPI document says about joining records of one person."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import FLAG, MOMENT, NUMBER, SUBJECT, listed, maybe, obj, text

ROW = obj(
    {
        "purpose": text(),
        "subject": text("The status of this record now, in words of DPV."),
        "other": text(),
        "subject_after": text(),
        "other_after": text(),
        "differs": FLAG,
        "subject_narrower": FLAG,
        "other_narrower": FLAG,
    }
)
CHANGES = obj(
    {"digest": text(), "purposes": listed(ROW), "marks": listed(text()), "conflict": FLAG}
)
JOINED = obj(
    {
        "id": maybe(text()),
        "kind": text(),
        "joined_at": maybe(MOMENT),
        "epoch": NUMBER,
        "changes": CHANGES,
    }
)
LISTED = obj(
    {
        "id": text(),
        "kind": text(),
        "by": text(),
        "joined_at": MOMENT,
        "ended_at": maybe(MOMENT),
        "ended_by": maybe(text()),
    }
)
JOIN = OpenApiParameter("join", str, OpenApiParameter.PATH, description="The join: `jn_...`.")

JOINS: dict[str, Any] = {
    "operation_id": "join_records",
    "tags": ["Consents"],
    "summary": "Join two records that are one person",
    "description": (
        "Nobody's consent grows by it: each record keeps its own answers, what restricts the one "
        "reaches the other, and what the person says from then on counts for both. Joining again "
        "changes nothing. With `dry_run=true` only the table is given. First parties only."
    ),
    "parameters": [SUBJECT, OpenApiParameter("dry_run", bool, OpenApiParameter.QUERY)],
    "responses": {200: JOINED, 201: JOINED},
}
JOIN_LIST: dict[str, Any] = {
    "operation_id": "list_joins",
    "tags": ["Consents"],
    "summary": "The joins of a person",
    "description": (
        "The standing ones, oldest first; with `ended=true` those of this record that ended, the "
        "last ended first, in pages. A join is never deleted: `ended_by` says who ended it, "
        "`portal` is the person, `erasure` the erasure of one of the two."
    ),
    "parameters": [
        SUBJECT,
        OpenApiParameter("ended", bool, OpenApiParameter.QUERY),
        OpenApiParameter("page", int, description="`next` of the page before; 1 if left out."),
    ],
    "responses": {200: obj({"joins": listed(LISTED), "next": maybe(NUMBER)})},
}
JOIN_END: dict[str, Any] = {
    "operation_id": "end_join",
    "tags": ["Consents"],
    "summary": "Take two records apart again",
    "description": (
        "Each record has its own answers again; what restricted it while they were joined stays."
    ),
    "parameters": [SUBJECT, JOIN],
    "responses": {204: None},
}
