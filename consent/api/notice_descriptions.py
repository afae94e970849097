"""What the OpenAPI document says about notices."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from consent.api.descriptions import FLAG, MOMENT, NUMBER, listed, mapped, maybe, obj, text

NOTICE: dict[str, Any] = {
    "operation_id": "read_notice",
    "tags": ["Catalogue"],
    "summary": "The words of one version, and a token to show them",
    "description": (
        "Versions never change once they are published. With `surface` the words are about to be "
        "shown: the answer then has a fresh `snapshot` token, good for 24 hours, that the Yes "
        "brings back. It is bound to `subject`, or without one to the calling partner. Without "
        "`surface` the answer can be cached by its ETag."
    ),
    "parameters": [
        OpenApiParameter("name", str, OpenApiParameter.PATH, description="The purpose."),
        OpenApiParameter("version", int, OpenApiParameter.PATH),
        OpenApiParameter("language", str, description="One language; all without it."),
        OpenApiParameter("surface", str, description="Where it is shown, such as shop_page."),
        OpenApiParameter("subject", str, description="Whom it is shown to, if known."),
        OpenApiParameter(
            "component",
            str,
            description="A control of ours (`exchange-card`); without it the Yes must bring the "
            "measures of your own.",
        ),
        OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
    ],
    "responses": {
        200: obj(
            {
                "id": text(),
                "purpose": text(),
                "version": NUMBER,
                "live": FLAG,
                "material": FLAG,
                "published_at": MOMENT,
                "superseded_at": maybe(MOMENT),
                "content_hash": text("SHA-256 over all wordings, hex."),
                "languages": mapped(text("SHA-256 of the wording, hex.")),
                "texts": mapped(obj({"title": text(), "rows": mapped(text())})),
                "changes": listed(
                    obj(
                        {
                            "language": text(),
                            "kind": text(enum=["same", "changed", "added", "removed"]),
                            "rows": listed(
                                obj(
                                    {
                                        "row": text(),
                                        "pieces": listed(
                                            obj(
                                                {
                                                    "kind": text(enum=["same", "removed", "added"]),
                                                    "text": text(),
                                                }
                                            )
                                        ),
                                    }
                                )
                            ),
                        }
                    )
                ),
                "snapshot": text("A signed token of what is shown; only with `surface`."),
            },
            required=[
                "id", "purpose", "version", "live", "material", "published_at", "superseded_at",
                "content_hash", "languages", "texts", "changes",
            ],
        ),
        304: None,
    },
}  # fmt: skip
