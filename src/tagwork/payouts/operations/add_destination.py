from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock, outbox, settings
from tagwork.payouts import policy, rules
from tagwork.payouts.errors import AddressNotPayable, MethodNotOffered
from tagwork.payouts.models import Destination
from tagwork.payouts.operations.ask_node import ask_node
from tagwork.payouts.operations.screen import keep_answer, screen_destination
from tagwork.payouts.queries import DestinationView, destination_view
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import DestinationCheck
from tagwork.payouts.screening import Answer
from tagwork.people.models import Person


def add_destination(person: Person, method: str, address: str) -> DestinationView:
    """Keeps where `person` wants to be paid; the same once more gives the one that is there.

    The caller has checked a fresh second factor. The first destination can be used at once; a later one holds
    withdrawals back for a while, so that whoever takes over an account cannot empty it before the letter is read.
    Raises MethodNotOffered, AddressNotPayable.
    """
    if method not in policy.offered_methods():
        raise MethodNotOffered("This payout method is not offered here.", field="method")
    network = policy.network_of(method)
    check = rails()[method].check_destination(network, address)
    if not check.payable:
        text = check.notes[0][1] if check.notes else "This is not an address that can be paid; copy it once more."
        raise AddressNotPayable(text, field="address", notes=check.notes)
    ask_node(method, check.normalized, check.payee, field="address")
    answer = screen_destination(person, method, network, check.normalized)
    if answer.answer == rules.BLOCK:
        text = gettext("Money cannot be sent there by this house. Ask on the Reports page.")
        raise AddressNotPayable(text, field="address", notes=())
    return _keep(person, method, network, address, check, answer)


@transaction.atomic
def _keep(
    person: Person, method: str, network: str, address: str, check: DestinationCheck, answer: Answer
) -> DestinationView:
    # The person's row makes two additions wait for each other: the second finds the first.
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    known = Destination.objects.filter(person=person)
    same = known.filter(
        method=method, network=network, normalized=check.normalized, state=Destination.State.ACTIVE
    ).first()
    if same is not None:
        return destination_view(same)
    now = clock.now()
    wait_seconds = int(settings.in_force(policy.COOLDOWN_SECONDS)) if known.exists() else 0
    destination = Destination.objects.create(
        person=person,
        method=method,
        network=network,
        address=address,
        normalized=check.normalized,
        payee=check.payee,
        created_at=now,
        usable_from=now + timedelta(seconds=wait_seconds),
    )
    keep_answer(person, destination, None, answer)
    outbox.publish(
        "destination.added",
        f"destination:{destination.id}",
        {"destination_id": str(destination.id), "person_id": str(person.id)},
    )
    return destination_view(destination)
