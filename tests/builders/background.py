"""What happens in the background, done at once."""

from tagwork.jobs.schedule import run_until_idle


def run_background() -> None:
    """All of it to its end but the practice pictures: half a minute of painting that no caller looks at."""
    run_until_idle(without={"tutorial pictures"})
