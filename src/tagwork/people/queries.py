"""Questions about people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.rows import columns, fetch
from tagwork.kit.sealing import unseal
from tagwork.people import codes
from tagwork.people.countries import COUNTRIES
from tagwork.people.models import (
    ApiToken,
    Invitation,
    MailCode,
    Membership,
    OperatorProposal,
    Organisation,
    Person,
    TaxDetails,
)
from tagwork.people.tokens import digest_of

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def with_standing_in_the_house(people: QuerySet[Person]) -> QuerySet[Person]:
    """People with `is_client` and `has_second_factor` read in the same query, for every page of a session."""
    # They replace cached properties of the same name, which Django allows and mypy takes for a second definition.
    return people.annotate(  # type: ignore[no-redef]
        is_client=Exists(Membership.objects.filter(person=OuterRef("pk"))),
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)),
    )


def has_second_factor(person: Person) -> bool:
    """Is an authenticator app or a passkey enrolled? (Recovery codes alone are none.)"""
    return bool(Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS).exists())


def person_for_token(text: str) -> tuple[Person, ApiToken] | None:
    """Whose token is `text`, in one query; None when it is unknown, revoked, or its holder is gone."""
    found = fetch(
        f"""
        SELECT {columns(ApiToken, "t")}, {columns(Person, "p")},
               EXISTS (SELECT 1 FROM people_membership m WHERE m.person_id = p.id)
        FROM people_apitoken t JOIN people_person p ON p.id = t.person_id
        WHERE t.digest = %s AND t.revoked_at IS NULL AND p.is_active""",  # noqa: S608 - column names only
        [digest_of(text)],
        ApiToken,
        Person,
    )
    if not found:
        return None
    [(token, person, is_client)] = found
    token.person, person.is_client = person, bool(is_client)
    return person, token


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    return person.api_tokens.filter(revoked_at=None).order_by("-created_at")


def person_by_email(email: str) -> Person | None:
    return Person.objects.filter(email__iexact=email.strip()).first()


@dataclass(frozen=True, slots=True)
class TaxView:
    """What a tax form of somebody's says. `number` is "" where the site's key does not open what was kept."""

    form: str
    title: str
    country: str
    number: str
    at: datetime

    @property
    def masked(self) -> str:
        """The last three characters."""
        return f"…{self.number[-3:]}" if self.number else ""

    @property
    def country_name(self) -> str:
        return COUNTRIES.get(self.country, self.country)


def tax_details(person_ids: Collection[UUID]) -> dict[UUID, TaxView]:
    """By person, of those who gave any; ONE query."""
    return {
        row.person_id: TaxView(
            row.form,
            str(TaxDetails.Form(row.form).label),
            row.country,
            unseal(bytes(row.number_sealed), TaxDetails.PURPOSE) or "",
            row.at,
        )
        for row in TaxDetails.objects.filter(person__in=person_ids)
    }


def organisations_of(person: Person) -> QuerySet[Organisation]:
    """The organisations that `person` acts for, by name."""
    return Organisation.objects.filter(memberships__person=person).order_by("name", "id")


def memberships_of(person: Person) -> QuerySet[Membership]:
    return Membership.objects.filter(person=person).select_related("organisation").order_by("organisation__name")


def membership(person: Person, organisation_id: UUID | str) -> Membership | None:
    """How `person` belongs to the organisation, or None: then they may not know that it exists."""
    return (
        Membership.objects.filter(person=person, organisation_id=organisation_id).select_related("organisation").first()
    )


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    return organisation.memberships.select_related("person").order_by("created_at", "id")


def member_ids(organisation_id: UUID) -> list[UUID]:
    """Those who act for it and are here; ONE query."""
    members = Membership.objects.filter(organisation_id=organisation_id, person__is_active=True)
    return list(members.order_by("person_id").values_list("person_id", flat=True))


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    return organisation.invitations.filter(Q(accepted_at=None) & Q(withdrawn_at=None)).order_by("-created_at")


def invitations_for(person: Person) -> QuerySet[Invitation]:
    """Open invitations to the address of `person`."""
    return (
        Invitation.objects.filter(email__iexact=person.email, accepted_at=None, withdrawn_at=None)
        .select_related("organisation")
        .order_by("-created_at")
    )


ROLES = ("worker", "client", "moderator", "operator")


def search_people(text: str = "", role: str = "") -> QuerySet[Person]:
    """For operators: everybody whose address or name holds `text`, newest first; `role` is one of ROLES or ""."""
    people = with_standing_in_the_house(Person.objects.order_by("-created_at", "-id"))
    if text.strip():
        people = people.filter(Q(email__icontains=text.strip()) | Q(display_name__icontains=text.strip()))
    if role in ROLES:
        people = people.filter(**{f"is_{role}": True})
    return people


def person_by_id(person_id: UUID) -> Person:
    """For operators. Raises NotFound."""
    found = with_standing_in_the_house(Person.objects.filter(pk=person_id)).first()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def addresses_of(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """E-mail address by id, for the lists of operators; ONE query."""
    return dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "email"))


def active_operators() -> QuerySet[Person]:
    """Whom the house tells when something stands still."""
    return Person.objects.filter(is_operator=True, is_active=True).order_by("id")


def staff() -> QuerySet[Person]:
    """Moderators and operators, by address."""
    return Person.objects.filter(Q(is_moderator=True) | Q(is_operator=True), is_active=True).order_by("email")


def proposed_operators() -> QuerySet[OperatorProposal]:
    """Who waits for a second operator's word to be one, oldest first; with both people."""
    waiting = OperatorProposal.objects.filter(decided_at=None).select_related("person", "proposed_by")
    return waiting.order_by("proposed_at")


def all_organisations() -> QuerySet[Organisation]:
    """For operators: every client, by name."""
    return Organisation.objects.order_by("name", "id")


def live_code(code_id: UUID) -> tuple[Person, str] | None:
    """Whom the code was made for and its number, while it can still be used."""
    code = MailCode.objects.select_related("person").filter(id=code_id, used_at=None).first()
    if code is None or clock.now() - code.sent_at > codes.VALID_FOR:
        return None
    is_newest = not MailCode.objects.filter(person=code.person, sent_at__gt=code.sent_at).exists()
    return (code.person, codes.number_of(code.id)) if is_newest else None
