"""All uses in one sentence that can be read aloud in eight seconds."""

from django.utils.translation import gettext, ngettext

from consent.queries.uses import Standing


def sentence(standing: Standing) -> str:
    """How many kinds of data go into how many things, and which companies may have some."""
    active = [use for use in standing.uses if use.asked and use.active]
    if not active:
        return gettext(
            "We use none of your data for anything optional. No other company may have any."
        )
    kinds = {scope.code.split(".")[0] for use in active for scope in use.scopes if scope.permitted}
    companies = sorted({name for use in active for name in use.companies})
    first = gettext("We use %(kinds)s for %(things)s.") % {
        "kinds": ngettext("%(n)d kind of your data", "%(n)d kinds of your data", len(kinds))
        % {"n": len(kinds)},
        "things": ngettext("%(n)d thing", "%(n)d things", len(active)) % {"n": len(active)},
    }
    if not companies:
        return first + " " + gettext("No other company may have any of it.")
    second = ngettext(
        "%(n)d other company may have some of it: %(names)s.",
        "%(n)d other companies may have some of it: %(names)s.",
        len(companies),
    )
    return first + " " + second % {"n": len(companies), "names": ", ".join(companies)}
