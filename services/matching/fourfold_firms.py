"""The fourfold win of an entrepreneur's mobility: the firm, the host, and the two countries.

The same scale, party scores and verdict as for a job (`fourfold`); the benefits are those of partnerships that move
entrepreneurs. Weights and the reference gain in turnover are by judgement, since no partnership has published any.

Pure. Shares are 0..1; 0.5 is break-even.
"""

from collections.abc import Callable, Mapping

from services.matching.fourfold import Parameters

METHOD = "fourfold-firms-1"
TURNOVER_GAIN = 0.25  # a quarter more turnover in twelve months scores 1
PARAMETERS = Parameters(
    weights={
        "CANDIDATE": {"F1": 0.50, "F2": 0.25, "F3": 0.25},
        "EMPLOYER": {"H1": 0.50, "H2": 0.50},
        "DESTINATION": {"T1": 0.50, "T2": 0.50},
        "ORIGIN": {"J1": 0.50, "J2": 0.30, "J3": 0.20},
    }
)


def turnover_growth(turnover_after: float, turnover_before: float) -> float:
    """F1: growth of the firm's turnover from before the mobility to twelve months after; both a year, one currency."""
    return turnover_after / turnover_before - 1


def any_of(number: float) -> float:
    """F2, H2, T1: contracts made; none is break-even, one or more scores 1."""
    return 0.5 + 0.5 * min(1.0, number)


def share(value: float) -> float:
    """F3, J3: what was asked for, as a share."""
    return value


def hosting_gain(contracts_value: float, hours: float, cost_of_hour: float) -> float:
    """H1, EUR: contracts with the host, less what the hours of its mentors cost."""
    return contracts_value - hours * cost_of_hour


def rules_kept(over_the_limit: float, overdue: float) -> float:
    """T2: 1 where no stay was too long and the person went home; else 0."""
    return 0.0 if over_the_limit or overdue else 1.0


def jobs(created: float, kept: float, before: float) -> float:
    """J1: 0.5 where as many work in the firm as before."""
    return 0.5 * (created + kept) / before


def back_and_trading(returned: float, trading: float) -> float:
    """J2: 1 for who is back and trades after twelve months, 0.5 for one of both."""
    return 0.5 * returned + 0.5 * trading


FORMULAS: Mapping[str, tuple[Callable[..., float], bool]] = {
    "F1": (turnover_growth, True),
    "F2": (any_of, False),
    "F3": (share, False),
    "H1": (hosting_gain, True),
    "H2": (any_of, False),
    "T1": (any_of, False),
    "T2": (rules_kept, False),
    "J1": (jobs, False),
    "J2": (back_and_trading, False),
    "J3": (share, False),
}
