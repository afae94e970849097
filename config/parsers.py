"""JSON from partners, taken literally or not at all (`consent.api.strict_json`)."""

from collections.abc import Mapping
from typing import Any

from rest_framework.parsers import JSONParser

from consent.api.problems import Problem, malformed
from consent.api.strict_json import LONGEST_BODY, NotStrictJson, loads


class StrictJSONParser(JSONParser):
    """Parses a request body of at most 1 MiB of UTF-8 JSON; a Problem says what is wrong."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value; raises Problem (413 or 400)."""
        body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise Problem(
                413,
                "BODY_TOO_LARGE",
                "The body is longer than 1 MiB.",
                fix="Send fewer items at a time.",
            )
        try:
            return loads(body)
        except NotStrictJson as error:
            raise malformed("", str(error), fix="Send one JSON object in UTF-8.") from None
