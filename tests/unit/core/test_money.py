"""Rules of money that hold for every amount; the worked cases are in vectors/money.json."""

import ast
import inspect
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.core import money

micros = st.integers(0, 100_000_000)
prices = st.builds(money.Price, st.integers(0, 1_000_000), st.integers(0, 10_000), st.integers(0, 5_000))


def test_no_float_and_no_true_division_appears_in_the_source() -> None:
    for node in ast.walk(ast.parse(inspect.getsource(money))):
        assert not isinstance(node, ast.Div), "true division makes a float"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), "a float literal"
        assert not (isinstance(node, ast.Name) and node.id in {"float", "round"}), node.lineno


@given(prices, st.integers(0, 10_000))
def test_pay_rises_with_each_object_up_to_the_most(price: money.Price, objects: int) -> None:
    assert price.base_micros <= price.amount(objects) <= price.max_micros
    assert price.amount(price.max_objects) == price.max_micros == price.amount(price.max_objects + 1)
    assert price.amount(objects) <= price.amount(objects + 1)


@given(prices, st.integers(0, 10_000), st.integers(0, 5_000))
def test_a_tier_never_pays_less_nor_more_than_was_promised(price: money.Price, bonus: int, objects: int) -> None:
    raised = money.with_tier(money.Price(price.base_micros, price.object_micros, min(price.max_objects, 500)), bonus)
    base = min(objects, raised.max_objects) * price.object_micros + price.base_micros
    exact = Fraction(base * (10_000 + bonus), 10_000)
    assert base <= raised.amount(objects) <= exact
    assert exact - raised.amount(objects) < 1 + min(objects, raised.max_objects)


@given(micros, st.integers(0, 10_000))
def test_a_fee_is_less_than_a_micro_below_its_share(amount: int, points: int) -> None:
    assert 0 <= Fraction(amount * points, 10_000) - money.fee_micros(amount, points) < 1


@given(st.integers(0, 10_000_000))
def test_nothing_below_the_floor_is_three_dollars_an_hour(milliseconds: int) -> None:
    floor = money.floor_micros(milliseconds)
    assert floor >= 2_000
    if milliseconds:
        assert money.hourly_micros(floor, milliseconds) >= 3_000_000
    if floor > 2_000:
        assert Fraction((floor - 1) * 3_600_000, milliseconds) < 3_000_000


def test_a_decimal_is_seconds_and_an_int_is_milliseconds() -> None:
    assert money.floor_micros(Decimal("7")) == money.floor_micros(7_000) == 5_834
    assert money.floor_micros(Decimal("7.0001")) == money.floor_micros(7_001)
    for bad in (Decimal("NaN"), Decimal("Infinity"), Decimal("-1"), -1):
        with pytest.raises(ValueError):
            money.floor_micros(bad)


@given(st.integers(0, 10**15))
def test_what_is_shown_can_be_read_back_and_loses_nothing(amount: int) -> None:
    text = money.format_usd(amount)
    assert money.parse_usd(text) == amount
    assert Fraction(text.removeprefix("$").replace(",", "")) == Fraction(amount, 1_000_000)


def test_coins_are_whole_with_all_eight_digits_and_a_sign_before_them() -> None:
    assert money.format_coins(541_002, "ltc") == "0.00541002 LTC"
    assert money.format_coins(-100_000_001, "bch") == "-1.00000001 BCH"


@pytest.mark.parametrize("bad", [1.0, "1", True, None, Decimal(1)])
def test_only_whole_numbers_are_money(bad: object) -> None:
    for attempt in (
        lambda: money.Price(bad),  # type: ignore[arg-type]
        lambda: money.fee_micros(bad, 1),  # type: ignore[arg-type]
        lambda: money.hourly_micros(1, bad),  # type: ignore[arg-type]
        lambda: money.format_usd(bad),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            attempt()


def test_it_refuses_prices_out_of_range() -> None:
    for values in ((-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 5_001), (1_000_000_001, 0, 0), (0, 1_000_000, 1_001)):
        with pytest.raises(ValueError):
            money.Price(*values)
    with pytest.raises(ValueError):
        money.hourly_micros(1, 0)
    with pytest.raises(ValueError):
        money.with_tier(money.Price(1), -1)
