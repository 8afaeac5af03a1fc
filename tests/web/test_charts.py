import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.web.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, bar_chart, line_chart, nice_top


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 1), (1, 1), (1.01, 2), (2.1, 2.5), (3, 5), (7, 10), (0.3, 0.5), (160_000, 200_000)]
)
def test_the_axis_ends_at_a_round_number(largest: float, top: float) -> None:
    assert nice_top(largest) == pytest.approx(top)


@given(st.floats(min_value=1e-6, max_value=1e15))
def test_the_axis_holds_everything_and_wastes_at_most_the_step_to_the_next_round_number(largest: float) -> None:
    top = nice_top(largest)
    assert largest <= top * (1 + 1e-9)
    assert top <= 2.5 * largest


def test_a_bar_is_as_high_as_its_share() -> None:
    chart = bar_chart([("a", 5), ("b", 10), ("c", 0)], str)
    plot = HEIGHT - TOP - BOTTOM
    assert [bar.height for bar in chart.bars] == [plot / 2, plot, 0]
    assert [line.text for line in chart.grid] == ["0.0", "5.0", "10.0"]


def test_nothing_to_draw_is_an_empty_chart() -> None:
    assert bar_chart([], str).bars == []
    assert line_chart([], str).line == ""
    assert line_chart([("a", 1)], str).area == ""


@given(st.lists(st.floats(min_value=0, max_value=1e9), min_size=1, max_size=60))
def test_everything_stays_inside_and_few_labels_are_shown(values: list[float]) -> None:
    points = [(str(index), value) for index, value in enumerate(values)]
    bars = bar_chart(points, str).bars
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH - RIGHT + 0.1 for bar in bars)
    assert all(TOP - 0.1 <= bar.y <= HEIGHT - BOTTOM for bar in bars)
    shown = [bar.label_shown for bar in bars]
    assert sum(shown) <= 5
    assert shown[0] and shown[-1]


def test_a_forecast_goes_on_where_the_line_ends() -> None:
    chart = line_chart([("1", 1), ("2", 2)], str, forecast=[("3", 4)], threshold=4)
    assert chart.forecast.startswith("M" + chart.line.rsplit("L", 1)[1])
    assert chart.threshold_y == chart.points[-1].y
