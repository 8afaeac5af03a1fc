from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tagwork.kit import audit, clock
from tagwork.kit.errors import WrongState
from tagwork.payouts.models import Freeze, Run
from tagwork.payouts.operations import step
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import node_of
from tagwork.people.models import Person


@transaction.atomic
def start_run(operator: Person, method: str) -> None:
    """Wishes a run now; the background goes through it within seconds, so nobody waits for the node here.

    A large amount is batched by it when another operator approved it. While the operator's last run is under way a
    second wish is the same one. Raises Forbidden, WrongState (no node, or frozen).
    """
    step.require_operator(operator)
    rail = rails().get(method)
    has_node = rail is not None and rail.coin is not None and node_of(method, rail.coin) is not None
    if not has_node and (rail is None or rail.provider is None or rail.provider() is None):
        raise WrongState(gettext("No node pays this method: each withdrawal is paid by hand on its own page."))
    if Freeze.objects.filter(method=method, lifted_at__isnull=True).exists():
        raise WrongState(gettext("This method is frozen. Lift the freeze first."))
    open_run(operator, method)


def open_run(operator: Person, method: str) -> Run:
    """The operator's run that is under way, or a new one. In the caller's transaction."""
    mine = Run.objects.filter(method=method, started_by=str(operator.id), date__isnull=True, ended_at__isnull=True)
    found = mine.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            run = Run.objects.create(method=method, started_by=str(operator.id), started_at=clock.now())
    except IntegrityError:  # another click was faster
        return mine.get()
    audit.record(operator.id, "payouts.run", f"run:{run.id}", {"method": method})
    return run
