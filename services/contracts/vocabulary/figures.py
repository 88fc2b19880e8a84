"""Reference figures: what the fourfold win is measured against, and in which units."""

from enum import StrEnum


class FigureKind(StrEnum):
    """What a reference figure tells.

    EXCHANGE_RATE: monthly average of the units of one currency paid for one of another.
    PRICE_LEVEL: units of the currency that buy what one international dollar buys (ICP, private consumption).
    UNFILLED_SHARE: share of vacancies of the occupation that stay empty in the country.
    VALUE_MARGIN: value added over labour cost, minus 1, in the industry (wage-adjusted labour productivity).
    MEDIAN_TAX: median yearly taxes and social contributions, of worker and employer, in the occupation.
    TAX_SHARE: taxes and social contributions, of worker and employer, as a share of gross pay.
    REFERENCE_WAGE: average gross pay of a month in the occupation.
    NATIVE_MEDIAN_WAGE: median gross pay of a month of natives in the occupation.
    EMPLOYMENT_PROBABILITY: share of the people of the occupation who have work in the country.
    SECTOR_RETENTION: share of their contracts that people in the industry serve.
    TRAINING_COST: what the public pays for the training of one person in the occupation.
    TRANSFER_COST: share of the money sent to the country that fees and rates take.
    """

    EXCHANGE_RATE = "EXCHANGE_RATE"
    PRICE_LEVEL = "PRICE_LEVEL"
    UNFILLED_SHARE = "UNFILLED_SHARE"
    VALUE_MARGIN = "VALUE_MARGIN"
    MEDIAN_TAX = "MEDIAN_TAX"
    TAX_SHARE = "TAX_SHARE"
    REFERENCE_WAGE = "REFERENCE_WAGE"
    NATIVE_MEDIAN_WAGE = "NATIVE_MEDIAN_WAGE"
    EMPLOYMENT_PROBABILITY = "EMPLOYMENT_PROBABILITY"
    SECTOR_RETENTION = "SECTOR_RETENTION"
    TRAINING_COST = "TRAINING_COST"
    TRANSFER_COST = "TRANSFER_COST"


class FigureUnit(StrEnum):
    """What a reference figure is counted in.

    RATIO: a share or ratio; 0.1 is a tenth.
    CURRENCY_PER_CURRENCY: units of `currency` for one of `per_currency`.
    CURRENCY_PER_INTERNATIONAL_DOLLAR: units of `currency` for one international dollar.
    CURRENCY_PER_MONTH: units of `currency` a month.
    CURRENCY_PER_YEAR: units of `currency` a year.
    CURRENCY_PER_PERSON: units of `currency` for one person.
    INTERNATIONAL_DOLLARS_PER_MONTH: international dollars of `price_year` a month.
    """

    RATIO = "RATIO"
    CURRENCY_PER_CURRENCY = "CURRENCY_PER_CURRENCY"
    CURRENCY_PER_INTERNATIONAL_DOLLAR = "CURRENCY_PER_INTERNATIONAL_DOLLAR"
    CURRENCY_PER_MONTH = "CURRENCY_PER_MONTH"
    CURRENCY_PER_YEAR = "CURRENCY_PER_YEAR"
    CURRENCY_PER_PERSON = "CURRENCY_PER_PERSON"
    INTERNATIONAL_DOLLARS_PER_MONTH = "INTERNATIONAL_DOLLARS_PER_MONTH"
