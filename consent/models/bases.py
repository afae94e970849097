"""The one basis of a purpose in a place during a time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from consent.models.purposes import Purpose
from consent.vocabulary import LEGAL_BASES


class LegalBasis(models.Model):
    """The one basis of a purpose in a jurisdiction during a time (GDPR Art. 6(1), 13(1)(c)).

    `conditions` are the documented facts the rules ask for, in the words of the decision
    table: lia_recorded, contract_necessary, soft_opt_in_conditions, adm_safeguards ...
    """

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="bases")
    jurisdiction = models.CharField(
        max_length=20, help_text="A profile (EU-DE), a family (EU, US) or * for all others."
    )
    basis = models.CharField(max_length=40)
    conditions = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "purpose": "operational",
            "jurisdiction": "operational",
            "basis": "operational",
            "conditions": "operational",
            "effective_from": "operational",
            "effective_until": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_legalbasis_is_one_per_purpose_jurisdiction_and_start",
                fields=["purpose", "jurisdiction", "effective_from"],
            ),
            models.CheckConstraint(
                name="consent_legalbasis_basis_is_known",
                condition=Q(basis__in=sorted(LEGAL_BASES)),
            ),
            models.CheckConstraint(
                name="consent_legalbasis_ends_after_it_begins",
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gt=models.F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.jurisdiction} {self.basis}"
