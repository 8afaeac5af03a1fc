"""Who somebody is: accounts, roles, tokens, organisations. Nothing about their work, trust or money."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tagwork.kit.ids import new_id, opaque_id


class PersonQuerySet(BaseUserManager["Person"]):
    """Makes people with a normalised address; a password of None makes an account that only a reset can open."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser, PermissionsMixin):
    """A human with an account. Roles are a set; a client is whoever is a member of an organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    display_name = models.CharField(max_length=80, blank=True)
    is_worker = models.BooleanField(default=True)
    is_moderator = models.BooleanField(default=False)
    is_operator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Profile: what a worker fills in before paid work (people/rules.py says which field counts for what).
    country = models.CharField(max_length=2, blank=True)
    languages = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_adult = models.BooleanField(default=False)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    shows_sensitive_images = models.BooleanField(default=False)
    # Of pages, letters and notices; blank until one was chosen. (`languages` above: what a worker can read.)
    language = models.CharField(max_length=8, blank=True)
    # What a client sees instead of a name; random, so that it says nothing.
    pseudonym_key = models.UUIDField(default=opaque_id, editable=False)

    objects: ClassVar[PersonQuerySet] = PersonQuerySet()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; only operators may enter it (and only with a second factor, see web)."""
        return self.is_operator

    # The two below are read with the person in the one query of a session (queries.with_standing_in_the_house sets
    # them); on a person who came another way they cost a query of their own, once.

    @cached_property
    def is_client(self) -> bool:
        return self.memberships.exists()

    @cached_property
    def has_second_factor(self) -> bool:
        from tagwork.people.queries import has_second_factor

        return has_second_factor(self)


class TaxDetails(models.Model):
    """What a tax form of this person's says. The number is sealed (kit.sealing); nobody is asked without a reason."""

    PURPOSE = "tax-number"

    class Form(models.TextChoices):
        W9 = "w9", _("W-9 (United States person)")
        W8BEN = "w8ben", _("W-8BEN (not a United States person)")
        OTHER = "other", _("Another form, or only the number")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="tax_details")
    form = models.CharField(max_length=10, choices=Form.choices)
    country = models.CharField(max_length=2)
    number_sealed = models.BinaryField()
    at = models.DateTimeField()


class OperatorProposal(models.Model):
    """Somebody whom one operator wants as another one, and whom a second operator must agree to: what takes two people
    would else take one with two accounts. Open until it is decided; one open for a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(decided_at__isnull=True), name="operator_proposed_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(is_accepted=True, decided_by=models.F("proposed_by")), name="operator_takes_two"
            ),
        ]


class ApiToken(models.Model):
    """A bearer token. Only its SHA-256 is kept; the text is shown once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Demo accounts only (CONTRACT): scripts hold no second factor, so the token stands for one.
    counts_as_fresh = models.BooleanField(default=False)


class Organisation(models.Model):
    """The client: who pays. People act for it as members."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner"
        MEMBER = "member"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "person"], name="membership_once")]


class Invitation(models.Model):
    """A letter to an address: whoever proves that it is theirs may join.

    Also for an address that has an account: adding its owner at once would tell the inviter that it exists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Membership.Role.choices, default=Membership.Role.MEMBER)
    invited_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            )
        ]


class MailCode(models.Model):
    """A number sent to a person's address, in place of a second factor they do not have.

    The number itself is kept nowhere: it is derived from `id` and the site's key (people/codes.py).
    """

    id = models.UUIDField(primary_key=True, default=opaque_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-sent_at"], name="mail_code_of_person")]
