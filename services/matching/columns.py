"""Candidates and openings as records of plain numbers: one declaration for what is stored and what kernels read.

A ragged list `x` of a row lies in `x[row.x_at : row.x_end]`. Days are yyyymmdd (99991231: never), wages a month in the
currency numbered beside them, CEFR 1-6 (A1-C2), EQF 1-8 (0: not stated). Numbers of countries, skills and so on are
given by `rows.Rows`.
"""

from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

Records = NDArray[Any]  # of the class named beside it
Flags = NDArray[np.bool_]
Small = NDArray[np.int8]
Words = NDArray[np.uint64]
Singles = NDArray[np.float32]
Numbers = NDArray[np.uint32]  # unsigned where they index: no test for negative ones
Ints = NDArray[np.int32]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]


class OpeningRow:
    """What the gates read first: one line of the processor's cache, since all of them are read for one candidate."""

    net: np.float64  # NaN: not known
    months: np.float64  # length of the contract, inf: open
    country: np.int32
    parties: np.int32  # set of organisations it is offered to
    full: np.int32  # set of origins whose quota is used up
    access: np.int32  # what lets people in from abroad
    isco: np.int32  # ISCO-08 minor group
    currency: np.int32
    start_from: np.int32
    start_to: np.int32
    min_age: np.int16
    max_age: np.int16
    alive: np.bool_  # False: removed
    stands: np.bool_  # has places left, and pays its floor
    regulated: np.bool_


class OpeningDetail:
    """The rest."""

    id_high: np.uint64  # the two halves of the id, by which ties are ordered
    id_low: np.uint64
    essential: np.float64  # sum of the weights of its essential skills
    optional: np.float64
    a_e: np.float64  # weights of the terms E, O, S, L, X, Q
    a_o: np.float64
    a_s: np.float64
    a_l: np.float64
    a_x: np.float64
    a_q: np.float64
    half_shared: np.float64
    e_min: np.float64  # thresholds of H08
    covered: np.float64
    green: np.float64  # share, NaN: not known
    post: np.uint64  # ISCO-08 code as text (`rows.text_word`)
    sector: np.int32  # 0: not stated
    contract: np.int32
    employer: np.int32  # country, organisation and sector: what a consent may be limited by
    eqf_min: np.int32
    experience: np.int32  # months asked, 0: none
    enough: np.int32  # months that stand in for an EQF level
    skills_at: np.int32  # of AskedSkill, in order of URI
    skills_end: np.int32
    languages_at: np.int32  # of SpokenLanguage
    languages_end: np.int32
    equivalent: np.bool_  # experience stands in for a level
    critical: np.bool_  # asks for a critical skill


class CandidateRow:
    """What the gates read first: one line of the processor's cache, since all of them are read for one opening."""

    min_wage: np.float64  # NaN: no limit
    max_months: np.float64  # NaN: no limit
    organisation: np.int32
    mover: np.int32  # residence, nationality and persona
    granted: np.int32  # consent: first, last day, and the day from which it is withdrawn
    expires: np.int32
    withdrawn: np.int32
    birth: np.int32
    available_from: np.int32
    available_to: np.int32
    kept: np.int32  # post held at origin
    residence: np.int16
    wage_currency: np.int16
    alive: np.bool_
    home: np.bool_  # consent and choice of track allow a job at home
    away: np.bool_
    trained: np.bool_  # by a partnership
    worked: np.bool_  # has stated occupations
    excludes: np.bool_  # some countries
    limited: np.bool_  # consent to be matched with some jobs alone
    eqf: np.int8


class CandidateDetail:
    """The rest: the id, weights of wishes (0 where not declared), and where the lists are."""

    id_high: np.uint64
    id_low: np.uint64
    w_wage: np.float64
    w_destination: np.float64
    w_sector: np.float64
    w_contract: np.float64
    w_duration: np.float64
    w_green: np.float64
    skills_at: np.int32  # of HeldSkill, by number
    skills_end: np.int32
    languages_at: np.int32
    languages_end: np.int32
    jobs_at: np.int32
    jobs_end: np.int32
    recognition_at: np.int32
    recognition_end: np.int32
    destinations_at: np.int32
    destinations_end: np.int32
    excluded_at: np.int32
    excluded_end: np.int32
    limits: np.int32  # of consent, with the residence
    sectors_at: np.int32
    sectors_end: np.int32
    contracts_at: np.int32
    contracts_end: np.int32


class AskedSkill:
    """A required skill; `kind` is ESSENTIAL, OPTIONAL or CRITICAL."""

    weight: np.float64
    skill: np.int32
    level: np.int8
    kind: np.int8


class HeldSkill:
    """`worth` is a row of the table of worth: level and evidence."""

    skill: np.int32
    worth: np.int8


class SpokenLanguage:
    """Held or asked, with its CEFR level."""

    language: np.int32
    level: np.int8


class Job:
    """Months in an ISCO-08 minor group."""

    isco: np.int32
    months: np.int32


class Recognised:
    """For codes that equal `post` under `mask`, in `country` (-1: anywhere), from the day `on`."""

    post: np.uint64
    mask: np.uint64
    country: np.int32
    on: np.int32


class Destination:
    """A country and its value as a wish."""

    value: np.float64
    country: np.int32


class Number:
    """A country, wish for a sector, kind of contract."""

    number: np.int32


class Openings(NamedTuple):
    """All openings, or one."""

    rows: Records  # OpeningRow
    details: Records  # OpeningDetail
    skills: Records  # AskedSkill
    languages: Records  # SpokenLanguage


class Candidates(NamedTuple):
    """All candidates, or one."""

    rows: Records  # CandidateRow
    details: Records  # CandidateDetail
    skills: Records  # HeldSkill
    languages: Records  # SpokenLanguage
    jobs: Records  # Job
    recognition: Records  # Recognised
    destinations: Records  # Destination
    excluded: Records  # Number
    sectors: Records  # Number
    contracts: Records  # Number


def record(fields: type[Any]) -> np.dtype[Any]:
    """The declared fields as a numpy record."""
    return np.dtype(list(get_type_hints(fields).items()), align=True)


LAYOUT: dict[type[Any], dict[str, np.dtype[Any]]] = {
    Openings: {
        "rows": record(OpeningRow),
        "details": record(OpeningDetail),
        "skills": record(AskedSkill),
        "languages": record(SpokenLanguage),
    },
    Candidates: {
        "rows": record(CandidateRow),
        "details": record(CandidateDetail),
        "skills": record(HeldSkill),
        "languages": record(SpokenLanguage),
        "jobs": record(Job),
        "recognition": record(Recognised),
        "destinations": record(Destination),
        **dict.fromkeys(("excluded", "sectors", "contracts"), record(Number)),
    },
}
"""Of each array; `rows` and `details` have an entry a row, the others are lists."""

LEVELS = 5  # of a skill
ESSENTIAL, OPTIONAL, CRITICAL = 0, 1, 2  # critical ones are essential too
REFUSED, NEAR, PASSES = 0, 1, 2  # by the gates; NEAR fails only what can be remedied


class Tables(NamedTuple):
    """What kernels look up: one answer for each pair of numbers."""

    today: int
    rate: Floats  # [currency] units a euro, NaN: not known
    offered: Flags  # [organisation, set of parties] is one of them
    full: Flags  # [set of origins, country] is one of them
    strictness: Small  # [mover, access] place in STRICTNESS
    way_from: Ints  # [mover, access] first and last day of the pathway, and the ages it is for
    way_to: Ints
    way_min_age: Ints
    way_max_age: Ints
    agreed: Flags  # [limits of consent, employer] is within them
    incumbency: Small  # [post held, ISCO-08 minor group] place in Incumbency
    admission: Small  # [strictness, trained, incumbency] REFUSED, NEAR or PASSES: H10 abroad
    sector_met: Flags  # [wish, sector]
    code: Words  # [alike, class of a held skill] a byte for each required level: code of what it earns
    value: Floats  # [code] alike times level factor times evidence, ascending; 0 is nothing


class Kin(NamedTuple):
    """Which skills of the taxonomy are alike. Skills numbered `known` and above stand for themselves alone."""

    known: int
    related_at: Places  # [skill] of the directly broader and narrower ones
    related: Ints
    groups: Ints  # [skill, any] groups it lies in directly; -1: none
    members_at: Places  # [group] of the skills in it
    members: Ints


class Lists(NamedTuple):
    """Who asks for what: list `x` of block `b` is entries `at[x, b]` to `at[x, b + 1]`."""

    at: Ints
    row: Numbers
    weight: Singles


class Inverted(NamedTuple):
    """Of the first `rows` openings, who asks for a skill and who for skills of a group. Blocks are runs of rows of one
    country and set of parties."""

    rows: int
    first: Places  # [block] its first row, and at the end the row behind the last
    country: Ints  # [block]
    parties: Ints  # [block] set of organisations they are offered to; -1: several
    groups: Lists  # by group, its essential skills together
    skills: Lists  # by skill, where it is essential
    need: Singles  # [row] sum of weight · credit over essential skills below which H08 fails


class Holders(NamedTuple):
    """Of the first `rows` candidates, who holds a skill of a group and who holds a skill: list `x` is entries `at[x]`
    to `at[x + 1]`, in order of row; lists of skills come behind those of groups."""

    rows: int
    at: Places
    row: Numbers
    worth: Small  # place in `earns`: the best that is held there
    earns: Singles  # ascending: what a held skill earns at level 1 for the very same skill


class Asked(NamedTuple):
    """What is listed of a ranking."""

    verdict: int  # the least: PASSES, or NEAR for near misses too
    skills_only: bool  # by the sum of weight · credit alone
    home: bool
    away: bool


class StandIns(NamedTuple):
    """For one opening, by held skill: entries `at[s]` to `at[s + 1]` name the asked skills (`which`: place among the
    opening's) that `s` may stand in for. And which lists of `Holders` bound its sum of weight · credit over essential
    skills, each times its `factor`; below `need` H08 fails."""

    at: Ints
    which: Ints
    alike: Small  # place in `arrangements.ALIKE`
    lists: Ints
    factor: Singles
    need: float


class Found(NamedTuple):
    """Room for all rows that are listed, in no order."""

    rows: Ints
    scores: Floats
    near: Flags  # a near miss

    @classmethod
    def of(cls, rows: int) -> "Found":
        """For so many; memory is taken up only by what is written."""
        return cls(np.empty(rows, dtype=np.int32), np.empty(rows), np.empty(rows, dtype=np.bool_))


class Scratch(NamedTuple):
    """Room that `rank_openings` works in; `near` and `group` are zero before and after each candidate. An entry of
    these holds the codes for all levels, a byte each."""

    near: Words  # [skill, 0] best that it earns by itself or through a related skill; [skill, 1] by itself
    group: Words  # [group] through a skill of the group; the last one stays zero
    skills: Ints  # those not zero in `near`
    groups: Ints
    runs: Ints  # [run] first block, and the one behind the last: those that the person may be matched in
    bound: Singles  # [row] no less than its sum of weight · credit over essential skills
    hopeful: Ints  # rows of a block whose bound suffices

    @classmethod
    def of(cls, skills: int, groups: int, blocks: int, rows: int) -> "Scratch":
        """For so many of each; a block may have all rows."""
        near, group = np.zeros((skills, 2), dtype=np.uint64), np.zeros(groups + 1, dtype=np.uint64)
        touched, written = np.zeros(skills, dtype=np.int32), np.zeros(groups + 1, dtype=np.int32)
        runs, hopeful = np.zeros((blocks, 2), dtype=np.int32), np.zeros(rows + 1, dtype=np.int32)
        return cls(near, group, touched, written, runs, np.zeros(rows, dtype=np.float32), hopeful)


class Room(NamedTuple):
    """Room that `list_candidates` works in, a run of rows at a time."""

    credit: Floats  # [place among the asked skills]
    own: Floats
    cursor: Places  # [list]
    bound: Singles  # [row of the run]
    need: Singles
    hopeful: Ints

    @classmethod
    def of(cls, asked: int, lists: int, rows: int) -> "Room":
        """For so many."""
        bound, need = np.zeros((2, rows), dtype=np.float32)
        hopeful = np.zeros(rows + 1, dtype=np.int32)
        return cls(np.zeros(asked), np.zeros(asked), np.zeros(lists, dtype=np.int64), bound, need, hopeful)


class Best(NamedTuple):
    """Answers: a list of rows and scores each, how many there are, and how many were found in all."""

    rows: Ints  # [list, place]
    scores: Floats
    found: Ints  # [list]
    shown: Ints

    @classmethod
    def of(cls, lists: int, limit: int) -> "Best":
        """Room for so many."""
        room = (lists, limit)
        counts = np.zeros((2, lists), dtype=np.int32)
        return cls(np.full(room, -1, dtype=np.int32), np.zeros(room), counts[0], counts[1])
