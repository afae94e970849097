"""The log, latest first, by filters that stand in the address."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from consent.reasons import REASON_CODES
from console.forms import AuditFilterForm
from console.permissions import officers_only
from console.queries import contradictions, log, witnesses
from console.queries.words import words
from console.sentences import Names
from console.views.pages import show


@officers_only
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """One page of entries; an entry's own id leads to the entry itself."""
    names = words()
    form = filter_form(request.GET, names)
    if not form.is_valid():
        return show(request, "audit", {"form": form, "first": True}, status=400)
    used = form.used()
    if "event" in used:
        return redirect("console:event", used["event"])
    after = _after(request.GET)
    rows, older = log.page(filters=log.filters_of(used), after=after, words=names)
    query = query_of(request.GET, used)
    context = {
        "form": form,
        "used": used,
        "rows": rows,
        "caption": _caption(len(rows), first=after is None, more=older is not None),
        "query": query,
        "older": "&".join(filter(None, [query, f"after={older}"])) if older else "",
        "newest": query,
        "first": after is None,
        "seen": witnesses.seen(at=timezone.now()),
        "contradiction": contradictions.standing(at=timezone.now()),
    }
    return show(request, "audit", context, filters=used)


def filter_form(data: QueryDict, names: Names) -> AuditFilterForm:
    """The filters as sent, over the catalogue in the reader's language."""
    return AuditFilterForm(
        data,
        purposes=names.purposes,
        recipients=names.recipients,
        reasons=REASON_CODES,
    )


def query_of(data: QueryDict, used: dict[str, object]) -> str:
    """The filters that are set, as the query of an address."""
    return urlencode({name: data[name] for name in used})


def _after(data: QueryDict) -> UUID | None:
    try:
        return UUID(data["after"]) if "after" in data else None
    except ValueError:
        return None


def _caption(count: int, *, first: bool, more: bool) -> str:
    if first and not more:
        return ngettext(
            "%(count)d entry matches, the latest first",
            "%(count)d entries match, the latest first",
            count,
        ) % {"count": count}
    template = _("The latest %(count)d entries") if first else _("The next %(count)d, older ones")
    return template % {"count": count}
