import logging

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.payouts import deposit_rules, policy, rules
from tagwork.payouts.errors import DepositsPaused, MethodNotOffered
from tagwork.payouts.models import DepositAddress, Freeze
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, deposit_node_of, node_of
from tagwork.people.models import Organisation, Person
from tagwork.people.queries import membership

log = logging.getLogger(__name__)


def give_deposit_address(organisation: Organisation, method: str, member: Person) -> str:
    """Where this organisation pays this coin in; asked for once more it is the same. No transaction may be open: the
    wallet is asked.

    An address is kept, and shown, only when we read it as the wallet does and the paying wallet does not own it.
    Raises NotFound for a stranger, MethodNotOffered, DepositsPaused.
    """
    if membership(member, organisation.id) is None:
        raise NotFound(gettext("There is no such organisation of yours."))
    if method not in policy.deposit_methods():
        raise MethodNotOffered(gettext("This coin cannot be paid in here."), field="method")
    network = policy.network_of(method)
    mine = DepositAddress.objects.filter(organisation=organisation, method=method, network=network)
    known = mine.values_list("address", flat=True).first()
    if known is not None:
        return known
    address = _new_address(method, network, f"deposits of {encode('o', organisation.id)}")
    try:
        with transaction.atomic():
            DepositAddress.objects.create(
                organisation=organisation,
                method=method,
                network=network,
                address=address,
                created_by=member,
                created_at=clock.now(),
            )
    except IntegrityError:
        # Another member asked at the same moment: theirs is the one, ours is never shown.
        return mine.values_list("address", flat=True).get()
    return address


def _new_address(method: str, network: str, label: str) -> str:
    """Raises DepositsPaused."""
    rail = rails()[method]
    assert rail.coin is not None
    node, payer = deposit_node_of(method, rail.coin), node_of(method, rail.coin)
    assert node is not None
    if Freeze.objects.filter(method=deposit_rules.watch_name(method), lifted_at__isnull=True).exists():
        raise DepositsPaused(
            gettext("Deposits in this coin are stopped until an operator has looked. Nothing is lost.")
        )
    try:
        node.tip(network, quick=True)
        address = node.new_address(label)
        check = rail.check_destination(network, address)
        if not check.payable or check.payee != node.script_of(address, quick=True):
            raise NodeSurprise(rules.CONTRADICTION, "getnewaddress: not an address that we read as the node does")
        if payer is not None and payer.owns(check.normalized):
            raise NodeSurprise(rules.CONTRADICTION, "getnewaddress: the paying wallet owns it, too")
    except (NodeUnavailable, NodeSurprise) as error:
        log.error("no deposit address for %s: %s", method, error)
        raise DepositsPaused(
            gettext("The coin's wallet does not answer as it should. Try again in some minutes, or ask the house.")
        ) from None
    return check.normalized
