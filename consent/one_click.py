"""The two headers that make a mail stoppable in one click (RFC 2369, RFC 8058)."""

PATH = "/stop/"
MANAGE_PATH = "/manage/"
FIELD = "List-Unsubscribe"
VALUE = "One-Click"


def address(base_url: str, token: str) -> str:
    """Where the stop link with this token leads."""
    return f"{base_url.rstrip('/')}{PATH}{token}"


def mail_headers(url: str) -> dict[str, str]:
    """What a mail that could be advertising must carry, signed by DKIM with the rest of it.

    A mail program shows a button and sends `List-Unsubscribe=One-Click` by POST, without
    cookies. ValueError for a URL that could break out of its header.
    """
    if any(sign in url for sign in "<>,\r\n ") or "://" not in url:
        raise ValueError("This is not a URL for a header.")
    return {FIELD: f"<{url}>", f"{FIELD}-Post": f"{FIELD}={VALUE}"}
