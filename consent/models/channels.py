"""The closed list of ways to reach a person."""

from django.db import models
from django.db.models import Q


class Channel(models.Model):
    """A way to reach or to watch somebody; each is gated on its own, an unknown one is denied."""

    code = models.SlugField(max_length=40, primary_key=True)
    label = models.JSONField(help_text="Language code to name.")
    electronic = models.BooleanField(
        help_text="Electronic mail in the sense of ePrivacy Art. 13, or a device."
    )
    default_level = models.PositiveSmallIntegerField(
        help_text="Step of personalisation (0 to 4) to propose; it binds nobody who did not choose."
    )
    needs_named_yes = models.BooleanField(
        default=False, help_text="Off until a Yes names it; a Yes to all channels does not."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        fields = {
            "code": "operational",
            "label": "operational",
            "electronic": "operational",
            "default_level": "operational",
            "needs_named_yes": "operational",
            "position": "operational",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_channel_default_level_is_a_step",
                condition=Q(default_level__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return self.code
