"""How personal each channel may be, how often it may be used, and stops that bind.

A step is a ceiling: going down holds at once, going up permits nothing that was not answered
with Yes, and says first what it would read.
"""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.actions import recording
from consent.acts import Act
from consent.folding import EVERYWHERE
from consent.frequencies import MESSAGE_CHANNELS
from consent.queries import bounds, ladders, names
from consent.queries import uses as use_queries
from portal import bounds_words, cards, level_previews, people, times
from portal.bounds_words import CHANNELS, LENGTHS, OFTEN, STEPS


@require_safe
@people.customers_only
def overview(request: HttpRequest) -> HttpResponse:
    """A row per channel of the catalogue with its five steps, and what each would change."""
    subject_id, at, language = request.customer.subject_id, people.now(), people.language()
    found = bounds.bounds_of(subject_id, at=at)
    called = names.names()
    rows = bounds_words.rows(found, called)
    climbed = ladders.ladders(subject_id, at=at)
    shown = [
        (
            row,
            level_previews.previews(
                climbed[row.code], now=row.level, called=called, language=language
            ),
        )
        for row in rows
        if row.code in climbed
    ]
    return render(
        request,
        "portal/levels.html",
        {"rows": shown, "steps": STEPS, "often": OFTEN, "all_zero": not any(r.level for r in rows)},
    )


def _known(channel: str) -> str:
    if channel not in CHANNELS:
        raise Http404
    return channel


@require_POST
@people.customers_only
def level(request: HttpRequest, channel: str) -> HttpResponse:
    """Set the step of a channel; a higher one is shown first with what it would read."""
    wanted = request.POST.get("level", "")
    if wanted not in {str(step) for step, _name, _reads in STEPS}:
        raise Http404
    subject_id, at = request.customer.subject_id, people.now()
    now = bounds.bounds_of(subject_id, at=at).level(_known(channel))
    if int(wanted) == now:
        messages.info(request, gettext("That is your step already. Nothing changed."))
        return redirect("portal:levels")
    if int(wanted) > now and request.POST.get("confirmed") != "yes":
        return _ask_first(request, channel, int(wanted), now)
    _record(request, Act(state="level_set", channels=(channel,), level=int(wanted)))
    messages.success(
        request,
        gettext("“%(channel)s” is set to “%(step)s” since %(clock)s.")
        % {
            "channel": bounds_words.channel_name(channel, names.names()),
            "step": STEPS[int(wanted)][1],
            "clock": times.clock_words(at),
        },
    )
    return redirect("portal:levels")


def _ask_first(request: HttpRequest, channel: str, wanted: int, now: int) -> HttpResponse:
    """What the higher step would read by answers given before, and what it leaves unanswered."""
    subject_id, at, language = request.customer.subject_id, people.now(), people.language()
    opened = bounds.opened_by(subject_id, channel=channel, level=wanted, at=at)
    standing = use_queries.standing(subject_id=subject_id, language=language, at=at)
    called = names.names()
    uses = [cards.card(use, standing, at=at) for use in standing.uses if use.code in opened]
    context: dict[str, Any] = {
        "channel": channel,
        "name": bounds_words.channel_name(channel, names.names()),
        "wanted": STEPS[wanted],
        "now": STEPS[now],
        "standing": standing,
        "cards": [card for card in uses if card.use.asked],
        "reads": [
            (
                called.purpose(purpose, language),
                [called.attribute(code, language) for code in codes],
            )
            for purpose, codes in opened.items()
        ],
        "here": request.path,
    }
    return render(request, "portal/level_up.html", context)


@require_POST
@people.customers_only
def nothing(request: HttpRequest) -> HttpResponse:
    """Every channel to the first step, at once."""
    _record(request, Act(state="level_set", channels=tuple(CHANNELS), level=0))
    messages.success(request, gettext("Every channel is the same for you as for everyone."))
    return redirect("portal:levels")


@require_POST
@people.customers_only
def often(request: HttpRequest, channel: str) -> HttpResponse:
    """Cap how often a channel may be used for messages."""
    choice = OFTEN.get(request.POST.get("often", ""))
    if choice is None or _known(channel) not in MESSAGE_CHANNELS:
        raise Http404
    words, cap = choice
    _record(request, Act(state="cap_set", channels=(channel,), cap=cap))
    messages.success(
        request,
        gettext("“%(channel)s”: %(often)s.")
        % {"channel": bounds_words.channel_name(channel, names.names()), "often": words},
    )
    return redirect("portal:levels")


def _record(request: HttpRequest, act: Act) -> None:
    recording.record(
        subject_id=request.customer.subject_id,
        act=replace(act, method="portal"),
        by="portal",
        at=people.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@people.customers_only
def pause(request: HttpRequest) -> HttpResponse:
    """A stop that binds: its end is fixed, told before, and nobody can lift it earlier."""
    at = people.now()
    called = names.names()
    standing = bounds.bounds_of(request.customer.subject_id, at=at)
    context: dict[str, Any] = {
        "stops": [
            (name, bounds_words.channel_name(name, called), bounds_words.stop_words(stop), stop)
            for name, stop in standing.stops.items()
        ],
        "channels": [
            (code, bounds_words.channel_name(code, called)) for code in (EVERYWHERE, *CHANNELS)
        ],
        "lengths": LENGTHS,
        "chosen": request.GET.get("channel", EVERYWHERE),
    }
    if request.method != "POST":
        return render(request, "portal/pause.html", context)
    what, length = request.POST.get("what", ""), LENGTHS.get(request.POST.get("length", ""))
    if length is None or what not in {EVERYWHERE, *CHANNELS}:
        return render(request, "portal/pause.html", context | {"incomplete": True}, status=422)
    until = at + length[1]
    told = {
        "what": what,
        "name": bounds_words.channel_name(what, names.names()),
        "length": request.POST["length"],
        "until": until,
    }
    if request.POST.get("confirmed") != "yes":
        return render(request, "portal/pause_confirm.html", told)
    channels = () if what == EVERYWHERE else (what,)
    _record(request, Act(state="stopped", channels=channels, until=until))
    messages.success(
        request,
        gettext("“%(what)s” is stopped until %(day)s, %(clock)s. Nobody can lift it earlier.")
        % {
            "what": told["name"],
            "day": times.day_words(until),
            "clock": times.minute_words(until),
        },
    )
    return redirect("portal:pause")


@require_POST
@people.customers_only
def resume(request: HttpRequest) -> HttpResponse:
    """Lift a stop that has no end of its own; what is bound until a day stays bound."""
    what = request.POST.get("what", "")
    if what not in {EVERYWHERE, *CHANNELS}:
        raise Http404
    _record(request, Act(state="resumed", channels=() if what == EVERYWHERE else (what,)))
    return redirect("portal:pause")
