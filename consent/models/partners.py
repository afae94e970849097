"""Recipients (GDPR Art. 4(9)) and the OAuth clients that speak for them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from oauth2_provider.models import AbstractApplication

from consent.models.controllers import Controller
from consent.models.purposes import Purpose


class Recipient(models.Model):
    """Who receives data: one of our controllers, a processor, or another controller.

    A first party is one towards the purposes of its own controller only. Everybody else is
    disclosed to only while a contract is in force: reference, first day, and last, if there is
    one (GDPR Art. 26, 28(3); 11 CCR 7050-7053).
    """

    class Role(models.TextChoices):
        FIRST_PARTY = "first_party"
        PROCESSOR = "processor"
        JOINT_CONTROLLER = "joint_controller"
        THIRD_PARTY = "third_party"

    code = models.SlugField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role.choices)
    country = models.CharField(max_length=2)
    transfer_mechanism = models.CharField(
        max_length=60, blank=True, help_text="Outside the EEA: SCC, adequacy ... (Art. 44-49)."
    )
    contact = models.CharField(max_length=200, blank=True)
    controller = models.ForeignKey(
        Controller,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Of a first party: the controller it is part of.",
    )
    contract_reference = models.CharField(max_length=200, blank=True)
    contract_from = models.DateTimeField(null=True, blank=True)
    contract_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        fields = {
            "code": "operational",
            "name": "operational",
            "role": "operational",
            "country": "operational",
            "transfer_mechanism": "operational",
            "contact": "operational",
            "controller": "operational",
            "contract_reference": "operational",
            "contract_from": "operational",
            "contract_until": "operational",
            "paused_at": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_recipient_role_is_known",
                condition=Q(
                    role__in=["first_party", "processor", "joint_controller", "third_party"]
                ),
            ),
            models.CheckConstraint(
                name="consent_recipient_first_party_has_a_controller",
                condition=~Q(role="first_party") | Q(controller__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_recipient_contract_ends_after_it_begins",
                condition=Q(contract_until__isnull=True)
                | Q(contract_until__gt=models.F("contract_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RecipientGrant(models.Model):
    """What a recipient is disclosed for: one purpose, narrowed to attributes and channels."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="grants")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT)
    attributes = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Privacy:
        fields = {
            "id": "operational",
            "recipient": "operational",
            "purpose": "operational",
            "attributes": "operational",
            "channels": "operational",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="consent_recipientgrant_is_one_per_purpose",
                fields=["recipient", "purpose"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} for {self.purpose_id}"


class Application(AbstractApplication):
    """An OAuth 2.0 client, bound to exactly one recipient and to the scopes it may ask for."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="applications")
    scopes = ArrayField(models.CharField(max_length=40), default=list)

    class Privacy:
        fields = {
            "id": "operational",
            "client_id": "operational",
            "user": "operational",
            "redirect_uris": "operational",
            "post_logout_redirect_uris": "operational",
            "client_type": "operational",
            "authorization_grant_type": "operational",
            "client_secret": "operational",
            "hash_client_secret": "operational",
            "name": "operational",
            "skip_authorization": "operational",
            "created": "operational",
            "updated": "operational",
            "algorithm": "operational",
            "allowed_origins": "operational",
            "registration_source": "operational",
            "cimd_expires_at": "operational",
            "recipient": "operational",
            "scopes": "operational",
        }

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def __str__(self) -> str:
        return str(self.name)
