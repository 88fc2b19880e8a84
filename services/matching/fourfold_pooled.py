"""The components of the fourfold win for all participants of a partnership together: sums first, then the same scale.

Not the mean of placements: a person who gains much pays nothing for another who loses, and costs of those who dropped
out or were never taken on stand in the sums without a benefit. Inputs are sums, or means where said.

Pure. Units as in `fourfold`; amounts of one kind in one currency.
"""

from services.matching import fourfold


def income_gain(real_income: float, worker_costs: float, costs_without_job: float, otherwise: float) -> float:
    """W1: international dollars earned, less all that workers paid, with or without a job, over what all would have
    earned at origin."""
    return (real_income - worker_costs - costs_without_job - otherwise) / otherwise


def skills_gain(certified: float, planned: float, levels_below: float) -> float:
    """W2: of all skills planned, also for those who dropped out; `levels_below` is the mean over those at work."""
    return fourfold.skills_gain(certified, planned, levels_below, 0.0)


def decent_work(items_met: float, items_verified: float) -> float:
    """W3: items that hold of all that were verified; of a person with a verified breach none holds."""
    return items_met / items_verified


def employer_gain(value_filled: float, employer_costs: float, costs_without_job: float) -> float:
    """E1, EUR: value of the months filled, less all costs, also of recruitments that failed."""
    return value_filled - employer_costs - costs_without_job


def skill_stock_gain(home_graduates: float, home_employment: float, returned: float, departed: float) -> float:
    """O1, persons."""
    return home_graduates * home_employment + returned - departed


def remittance_gain(mean_ratio: float) -> float:
    """O3: what arrives, as a share of the income not earned at origin; mean by month."""
    return mean_ratio
