"""Consent and access to personal data."""

from enum import StrEnum


class ConsentAction(StrEnum):
    """What a person did with a consent.

    GIVE: agreed for the first time, or again after a withdrawal.
    RENEW: agreed again, to the same text or to a newer one.
    WITHDRAW: no longer agrees.
    """

    GIVE = "GIVE"
    RENEW = "RENEW"
    WITHDRAW = "WITHDRAW"


class DataSeen(StrEnum):
    """Which part of what is known of a person was read.

    RECORD: the whole record, with name and date of birth.
    PROFILE: skills, languages and experience under a pseudonym.
    IDENTITY: the profile with name and date of birth, after consent to a proposal.
    TRAINING: enrolments and results.
    PLACEMENT: the job and what is known of it.
    CONSENTS: what the person agreed to.
    ACCESS_LOG: who read what of the person.
    EXPORT: everything that is held about the person.
    DUPLICATES: whether the person may be registered twice.
    """

    RECORD = "RECORD"
    PROFILE = "PROFILE"
    IDENTITY = "IDENTITY"
    TRAINING = "TRAINING"
    PLACEMENT = "PLACEMENT"
    CONSENTS = "CONSENTS"
    ACCESS_LOG = "ACCESS_LOG"
    EXPORT = "EXPORT"
    DUPLICATES = "DUPLICATES"


class AccessPurpose(StrEnum):
    """What personal data was read for.

    COUNSELLING: advice and placement by the organisation that registered the person.
    RECRUITMENT: filling a vacancy.
    TRAINING: a place in a training session.
    EMPLOYMENT: a placement.
    REQUEST_OF_THE_PERSON: the person asked for it.
    """

    COUNSELLING = "COUNSELLING"
    RECRUITMENT = "RECRUITMENT"
    TRAINING = "TRAINING"
    EMPLOYMENT = "EMPLOYMENT"
    REQUEST_OF_THE_PERSON = "REQUEST_OF_THE_PERSON"
