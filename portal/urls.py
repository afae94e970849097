"""Where each page of the portal lives; addresses explain themselves and hold no personal value."""

from django.urls import path, re_path
from django.views.i18n import set_language

from portal.views import (
    activity,
    asks,
    choices,
    confirming,
    data,
    held,
    home,
    mail,
    manage,
    notice,
    receipts,
    requests,
    shop,
    sign_in,
    stop,
    uses,
    why,
)

app_name = "portal"

urlpatterns = [
    path("", home.overview, name="home"),
    path("sign-in", sign_in.address, name="sign-in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-out", sign_in.leave, name="sign-out"),
    path("language", set_language, name="language"),
    path("asks/<uuid:ask>/close", asks.close, name="close-ask"),
    path("uses", uses.overview, name="uses"),
    path("uses/<slug:purpose>", uses.detail, name="use"),
    path("uses/<slug:purpose>/answer", uses.answer, name="answer"),
    path("confirm/<str:token>", confirming.page, name="confirm-yes"),
    path("receipts", receipts.overview, name="receipts"),
    path("receipts/held", held.on_a_date, name="held"),
    path("receipts/<uuid:event>", receipts.detail, name="receipt"),
    path("receipts/<uuid:event>/<slug:form>", receipts.download, name="receipt-file"),
    path("shop", shop.page, name="shop"),
    # Because partners hand out links with `dec_` before the number of a decision.
    re_path(r"^why/(?:dec_)?(?P<decision>[0-9a-f-]{32,36})$", why.page, name="why"),
    path("activity", activity.page, name="activity"),
    path("activity/<uuid:event>/proof", activity.proof, name="proof"),
    path("data", data.overview, name="data"),
    path("data/purchases/<slug:department>", data.purchases, name="purchases"),
    path("requests", requests.overview, name="requests"),
    path("requests/end-pause", requests.end_pause, name="end-pause"),
    path("requests/new/<slug:right>", requests.new, name="new-request"),
    path("requests/<slug:public_id>", requests.detail, name="request"),
    path("requests/<slug:public_id>/cancel", requests.cancel, name="cancel-request"),
    path("requests/<slug:public_id>/download", requests.download, name="download"),
    path("privacy-choices", choices.overview, name="choices"),
    path("privacy-choices/status", choices.status, name="opt-out-status"),
    path("privacy-choices/do-not-sell", choices.do_not_sell, name="do-not-sell"),
    path("privacy-choices/limit", choices.limit, name="limit"),
    path("stop", stop.by_address, name="stop"),
    path("stop/<str:token>", stop.by_link, name="stop-link"),
    path("manage/<str:token>", manage.by_link, name="manage-link"),
    path("privacy", notice.privacy, name="privacy"),
    path("contact", notice.contact, name="contact"),
    path(".well-known/gpc.json", notice.gpc, name="gpc"),
    path("dev/mail", mail.page, name="mail"),
]
