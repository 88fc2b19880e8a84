"""What is said and heard about the ledger of a placement."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.contracts.vocabulary import (
    CostGroup,
    Currency,
    LedgerEvidence,
    LedgerKind,
    LedgerPayee,
    MobilityPhase,
    Payer,
)
from services.kit.schemas import Date, Flag, In, Line, Money, Out, Paragraph

Sha256 = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        min_length=64,
        max_length=64,
        description="SHA-256 of the receipt's file, in hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]


class LedgerEntryIn(In):
    """Money that was paid in the course of a placement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "COST",
                    "cost_group": "MIGRATION",
                    "phase": "PRE_DEPARTURE",
                    "payer": "EMPLOYER",
                    "payee": "AUTHORITY",
                    "amount": {"amount": "180.00", "currency": "EUR"},
                    "paid_on": "2026-02-01",
                    "receipt": "Visa fee 2026-118",
                }
            ]
        }
    )

    kind: LedgerKind
    cost_group: CostGroup = Field(description="What it was spent on; for pay and remittances LIVING.")
    phase: MobilityPhase
    payer: Payer
    payee: LedgerPayee
    amount: Money
    paid_on: Date = Field(description="The day of payment; for pay, a day of the month worked.")
    receipt: Line | None = Field(None, description="Reference of the receipt.")
    receipt_sha256: Sha256 | None = None
    reimburses: UUID | None = Field(None, description="The entry that a REIMBURSEMENT gives back.")
    kept_from_employer: Flag = Field(False, description="Only the candidate's organisation may say so.")
    note: Paragraph | None = None


class LedgerCorrectionIn(In):
    """Why an entry is taken back whole; record the right one anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "The receipt belongs to somebody else."}]})

    note: Paragraph


class LedgerEntryOut(Out):
    """An entry, never changed; `corrects` names the one that it takes back whole."""

    id: UUID
    placement_id: UUID
    candidate_id: UUID
    kind: LedgerKind
    cost_group: CostGroup
    phase: MobilityPhase
    payer: Payer
    payee: LedgerPayee
    amount: Money
    paid_on: date
    receipt: str | None
    receipt_sha256: str | None
    note: str | None
    reimburses: UUID | None
    corrects: UUID | None
    recorded_at: datetime
    recorded_by: UUID = Field(description="The organisation whose fact it is.")
    evidence: LedgerEvidence = Field(description="CONFIRMED once the other side has agreed.")
    confirmed_by: UUID | None
    confirmed_at: datetime | None


class LedgerTotalOut(Out):
    """What one payer bore of one group, in one currency, after reimbursements."""

    payer: Payer
    cost_group: CostGroup
    total: Decimal = Field(description="In `currency`; below zero where more came back than was paid.")
    currency: Currency


class RecruitmentCostOut(Out):
    """The recruitment cost of this worker by the method of SDG indicator 10.7.1, with what it was computed from."""

    ratio_months: Decimal | None = Field(
        description="(paid - reimbursed) / (earned - deducted), in months of pay; absent where earnings or a rate are"
        " unknown."
    )
    currency: Currency
    paid_by_worker: Decimal = Field(description="Fees and costs of recruitment, migration, recognition, training.")
    reimbursed: Decimal
    earned: Decimal | None = Field(description="Net earnings of the last month known, before `deducted`.")
    deducted: Decimal = Field(description="Kept back in that month to recover such costs.")
    unconverted: list[str] = Field(description="Currencies without a rate.")
    counts_for_indicator: bool = Field(description="A worker's or apprentice's job abroad; entrepreneurs are not.")


class LedgerSummaryOut(Out):
    """Who bore what in a placement."""

    placement_id: UUID
    totals: list[LedgerTotalOut]
    recruitment_cost: RecruitmentCostOut
    unreimbursed_fees: list[UUID] = Field(description="Entries by which the worker paid what the employer pays (G01).")
