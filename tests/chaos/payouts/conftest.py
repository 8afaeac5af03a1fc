from tests.unit.payouts.conftest import hot, litecoin, payee

__all__ = ["hot", "litecoin", "payee"]
