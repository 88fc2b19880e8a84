"""Jobs and training that are offered, and the words of the taxonomy."""

from enum import StrEnum


class ContractType(StrEnum):
    """Kind of employment contract.

    PERMANENT: without an end.
    FIXED_TERM: with an end.
    APPRENTICESHIP: work and training together.
    SEASONAL: for a season.
    INTERNSHIP: for practice.
    """

    PERMANENT = "PERMANENT"
    FIXED_TERM = "FIXED_TERM"
    APPRENTICESHIP = "APPRENTICESHIP"
    SEASONAL = "SEASONAL"
    INTERNSHIP = "INTERNSHIP"


class VacancyStatus(StrEnum):
    """Life of a vacancy.

    OPEN: candidates may be proposed.
    PAUSED: not now.
    FILLED: all places are taken.
    WITHDRAWN: the job is no longer offered.
    """

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    FILLED = "FILLED"
    WITHDRAWN = "WITHDRAWN"


class JobEffect(StrEnum):
    """What a vacancy means for the number of jobs where it lies.

    CREATED: the job did not exist before.
    KEPT: the job would be lost if nobody were found.
    """

    CREATED = "CREATED"
    KEPT = "KEPT"


class GreenShareSource(StrEnum):
    """Where the green share of a vacancy comes from.

    STATED: the employer said so.
    SKILLS: green ESCO skills among those the vacancy asks for.
    OCCUPATION: green ESCO skills among those ESCO gives to the occupation, as the vacancy names none itself.
    """

    STATED = "STATED"
    SKILLS = "SKILLS"
    OCCUPATION = "OCCUPATION"


class DemandKind(StrEnum):
    """What a line of demand speaks of.

    FORECAST: persons that an employer will need.
    TRAINING_NEED: persons who need training or professional development.
    """

    FORECAST = "FORECAST"
    TRAINING_NEED = "TRAINING_NEED"


class ProgrammeType(StrEnum):
    """Kind of training.

    SKILLS_SHORT_COURSE: a short course for some skills.
    VOCATIONAL: vocational education and training.
    TECHNICAL: technical training.
    LANGUAGE: a language.
    SOFT_INTERCULTURAL: working together across cultures.
    PRE_DEPARTURE: orientation before departure.
    POST_ARRIVAL: orientation after arrival.
    REINTEGRATION: for those who return.
    WORK_BASED: at a workplace.
    """

    SKILLS_SHORT_COURSE = "SKILLS_SHORT_COURSE"
    VOCATIONAL = "VOCATIONAL"
    TECHNICAL = "TECHNICAL"
    LANGUAGE = "LANGUAGE"
    SOFT_INTERCULTURAL = "SOFT_INTERCULTURAL"
    PRE_DEPARTURE = "PRE_DEPARTURE"
    POST_ARRIVAL = "POST_ARRIVAL"
    REINTEGRATION = "REINTEGRATION"
    WORK_BASED = "WORK_BASED"


class DeliveryMode(StrEnum):
    """How training reaches the trainee.

    ON_SITE: in a classroom or workshop.
    ONLINE: over the network.
    BLENDED: partly on site, partly online.
    WORKPLACE: in a firm.
    """

    ON_SITE = "ON_SITE"
    ONLINE = "ONLINE"
    BLENDED = "BLENDED"
    WORKPLACE = "WORKPLACE"


class AccreditationBasis(StrEnum):
    """Why a training programme counts as accredited.

    RECORDED: an authority has put an accreditation on record that is valid today.
    STATED: the provider says so itself; no authority has confirmed it here.
    NONE: it does not.
    """

    RECORDED = "RECORDED"
    STATED = "STATED"
    NONE = "NONE"


class ReuseLevel(StrEnum):
    """ESCO skill reusability, from the widest to the narrowest.

    transversal: useful in nearly all work.
    cross-sector: useful in several sectors.
    sector-specific: useful in one sector.
    occupation-specific: useful in one occupation.
    """

    TRANSVERSAL = "transversal"
    CROSS_SECTOR = "cross-sector"
    SECTOR_SPECIFIC = "sector-specific"
    OCCUPATION_SPECIFIC = "occupation-specific"


class ConceptKind(StrEnum):
    """What a concept of ESCO is.

    OCCUPATION: a kind of job.
    SKILL: a skill, a competence or knowledge.
    """

    OCCUPATION = "OCCUPATION"
    SKILL = "SKILL"


class LinkStatus(StrEnum):
    """How far the best candidate for a text may be trusted.

    CONFIRMED: the organisation itself said before what this text means.
    MATCH: the best candidate reaches the published threshold of a match.
    UNSURE: candidates were found, but a person has to choose among them.
    NONE: nothing in the taxonomy is like this text.
    """

    CONFIRMED = "CONFIRMED"
    MATCH = "MATCH"
    UNSURE = "UNSURE"
    NONE = "NONE"


class LabelKind(StrEnum):
    """Which name of a concept a text matched.

    PREFERRED: the name that ESCO prefers in that language.
    ALTERNATIVE: another name that ESCO holds in that language.
    CONFIRMED_MAPPING: the organisation's own word, from a mapping it confirmed.
    """

    PREFERRED = "PREFERRED"
    ALTERNATIVE = "ALTERNATIVE"
    CONFIRMED_MAPPING = "CONFIRMED_MAPPING"
