"""The addresses of the console; what is filtered and where one is stands in them."""

from django.urls import path

from console.views import (
    audit,
    checks,
    event,
    exports,
    notices,
    parting,
    partners,
    person,
    requests,
    sign_in,
    today,
    what_if,
)

app_name = "console"
urlpatterns = [
    path("", today.today, name="today"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("audit", audit.audit, name="audit"),
    path("audit/export", exports.export, name="export"),
    path("audit/checks", checks.start, name="verify"),
    path("audit/checks/<uuid:run>", checks.check, name="check"),
    path("audit/<uuid:entry>", event.event, name="event"),
    path("audit/<uuid:entry>/proof", event.proof, name="proof"),
    path("audit/<uuid:entry>/proof.json", event.proof_json, name="proof-json"),
    path("audit/<uuid:entry>/body", event.body, name="body"),
    path("partners", partners.partners, name="partners"),
    path("what-if", what_if.what_if, name="what-if"),
    path("what-if/<uuid:run_id>", what_if.run, name="what-if-run"),
    path("notices", notices.notices, name="notices"),
    path("notices/<str:name>", notices.notice, name="notice"),
    path("notices/<str:name>/save", notices.save, name="notice-save"),
    path("notices/<str:name>/propose", notices.propose, name="notice-propose"),
    path("notices/<str:name>/approve", notices.approve, name="notice-approve"),
    path("notices/<str:name>/reject", notices.reject, name="notice-reject"),
    path("requests", requests.requests, name="requests"),
    path("requests/<str:reference>", requests.request_page, name="request"),
    path("requests/<str:reference>/certificate", requests.certificate, name="certificate"),
    path("requests/<str:reference>/take", requests.take, name="take"),
    path("requests/<str:reference>/verify", requests.verify, name="confirm"),
    path("requests/<str:reference>/resume", requests.resume, name="resume"),
    path("requests/<str:reference>/complete", requests.complete, name="complete"),
    path("requests/<str:reference>/refuse", requests.refuse, name="refuse"),
    path("requests/<str:reference>/approve", requests.approve, name="approve"),
    path("requests/<str:reference>/consents", person.consents, name="consents"),
    path("requests/<str:reference>/joins/<uuid:join>", parting.part, name="part"),
]
