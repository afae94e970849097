"""The live words of every use."""

from consent.models import Notice, NoticeText
from consent.notices.wording import ROWS
from consent.queries import names
from consent.queries.uses.cards import Wording


def live_wordings(language: str) -> dict[str, Wording]:
    """The live notice of every purpose in `language`, else in English, by purpose code."""
    live = Notice.objects.filter(published_at__isnull=False, superseded_at__isnull=True)
    texts = NoticeText.objects.filter(notice__in=live, language__in=[language, names.FALLBACK])
    found: dict[str, Wording] = {}
    for text in texts.select_related("notice__purpose"):
        code = text.notice.purpose.name
        if code not in found or text.language == language:
            found[code] = wording_of(text)
    return found


def wording_of(text: NoticeText) -> Wording:
    """One stored wording (its notice loaded, published) as shown."""
    published = text.notice.published_at
    if published is None:
        raise ValueError("A notice that was never published was shown to nobody.")
    return Wording(
        version=text.notice.version,
        language=text.language,
        title=text.title,
        rows=tuple((row, text.rows[row]) for row in ROWS),
        published_at=published,
        words_hash=bytes(text.content_hash),
    )
