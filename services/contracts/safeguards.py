"""Modes of the brain-drain safeguard: what is strict, what is the default, and the health professions that WHO lists.

The registry computes and keeps the modes; matching enforces them, also where none is on record.
"""

from services.contracts.vocabulary import SafeguardMode, ShortageClass

# WHO health workforce support and safeguards list 2023 (World Health Organization, Geneva, March 2023): 55
# countries with fewer than 49 doctors, nurses and midwives per 10,000 people and a service
# coverage index of universal health coverage below 55. By WHO region: Africa 37, the Americas 1, Eastern Mediterranean
# 6, South-East Asia 3, Western Pacific 8.
_LISTED = """
    AGO BEN BFA BDI CMR CAF TCD COM COG CIV COD GNQ ERI ETH GAB GMB GHA GIN GNB LSO LBR MDG MWI MLI MRT MOZ NER NGA
    RWA SEN SLE SSD TGO UGA TZA ZMB ZWE
    HTI
    AFG DJI PAK SOM SDN YEM
    BGD NPL TLS
    KIR LAO FSM PNG WSM SLB TUV VUT
"""
HEALTH_LIST = frozenset(_LISTED.split())
# ISCO-08 minor groups of health workers; veterinarians (225, 324) are none.
HEALTH_GROUPS = frozenset({"221", "222", "223", "224", "226", "321", "322", "323", "325", "532"})

STRICTNESS = tuple(SafeguardMode)
"""From the loosest to the strictest."""

RATIO = {SafeguardMode.OPEN: 0.0, SafeguardMode.TRAIN_FIRST: 1.0, SafeguardMode.PROTECTED: 2.0}
"""Home places for each away place that a mode needs at least."""

_BY_STATUS = {
    ShortageClass.SURPLUS: SafeguardMode.OPEN,
    ShortageClass.BALANCE: SafeguardMode.TRAIN_FIRST,
    ShortageClass.SHORTAGE: SafeguardMode.PROTECTED,
    ShortageClass.SEVERE_SHORTAGE: SafeguardMode.PROTECTED,
}


def listed_health(origin: str, isco08: str) -> bool:
    """Whether WHO asks not to recruit this health profession from `origin` without an agreement.

    `origin` is ISO 3166-1 alpha-3, `isco08` has three digits or more.
    """
    return origin in HEALTH_LIST and isco08[:3] in HEALTH_GROUPS


def default_mode(origin: str, isco08: str, status: str = ShortageClass.UNKNOWN) -> SafeguardMode:
    """The mode that holds unless the origin makes it stricter, or both sides agree otherwise. What is unknown is taken
    for TRAIN_FIRST, never for OPEN."""
    if listed_health(origin, isco08):
        return SafeguardMode.BLOCKED
    return _BY_STATUS.get(ShortageClass(status), SafeguardMode.TRAIN_FIRST)


def stricter(one: str, other: str) -> SafeguardMode:
    """The stricter of two modes."""
    return STRICTNESS[max(STRICTNESS.index(SafeguardMode(one)), STRICTNESS.index(SafeguardMode(other)))]
