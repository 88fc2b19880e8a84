"""Employment: what somebody did before they moved."""

from enum import StrEnum


class OriginEmployment(StrEnum):
    """Main employment at origin, which safeguards ask for; after ICSE-18 and the sector of the employer.

    UNEMPLOYED: looks for work.
    PRIVATE_SECTOR: employed by a firm, a household or an association.
    PUBLIC_SERVICE: employed by the state, a municipality or a public establishment such as a hospital or school.
    SELF_EMPLOYED: works on own account.
    STUDENT: in education or training.
    OTHER: none of these, such as care for a family.
    """

    UNEMPLOYED = "UNEMPLOYED"
    PRIVATE_SECTOR = "PRIVATE_SECTOR"
    PUBLIC_SERVICE = "PUBLIC_SERVICE"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    STUDENT = "STUDENT"
    OTHER = "OTHER"
