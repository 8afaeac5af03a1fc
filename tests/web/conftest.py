"""What pages are tried with that payouts are tried with, too."""

from tests.unit.payouts.conftest import paypal as paypal
