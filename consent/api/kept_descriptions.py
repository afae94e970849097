"""What the OpenAPI document says about checking what somebody kept."""

from typing import Any

from consent.api.descriptions import NUMBER, listed, maybe, obj, text

_HEAD = obj({"size": NUMBER, "root": text("Base64.")})

LOG_CHECKS: dict[str, Any] = {
    "operation_id": "check_kept",
    "tags": ["Log"],
    "summary": "Check a kept receipt, proof or signed head against the log",
    "description": (
        "Send what somebody kept: a receipt that carries its proof (`jwt`, `json`, `kantara`, "
        "`record`, `text`), a `.tlog-proof`, or a checkpoint. `verdict` is `consistent` (we "
        "signed it, and the log still begins with it), `not_ours` (our key did not sign it), "
        "`damaged` (the signed head is right, the path in the file does not lead to it), "
        "`unproven` (a signed receipt from the second before its entry was sealed) or "
        "`contradicts`: we signed it, and the log now tells another story. Keep the file then, "
        "and show it to the controller and the authority; the contradiction is put on record and "
        "officers are told. `consistency` proves `kept` to be the beginning of `head` (RFC 9162, "
        "2.1.4), so that nobody has to believe the verdict. Nothing of what is sent is stored, "
        "but the signed head of a contradiction."
    ),
    "responses": {
        200: obj(
            {
                "verdict": text(
                    enum=["consistent", "not_ours", "damaged", "unproven", "contradicts"]
                ),
                "kept": maybe(_HEAD),
                "head": maybe(obj({**_HEAD["properties"], "checkpoint": text()})),
                "consistency": listed(text("Base64.")),
            }
        )
    },
}
