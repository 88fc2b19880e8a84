"""The values that protect people: who recruits them, under which contract, covered by what, and how they return."""

from uuid import UUID

from pydantic import Field

from services.contracts.vocabulary import GrievanceChannelKind, IrisStatus, SocialSecurityBranch
from services.kit.schemas import Date, ExternalId, Flag, In, Language, Line, Paragraph, Uri
from services.registry.partnerships.terms import Months, examples


class Recruiter(In):
    """Who recruits for the partnership, and by what right."""

    model_config = examples(
        {
            "name": "Invented recruitment agency",
            "licence": "MA-2026-0042",
            "iris_status": "COMPLIANT",
            "valid_to": "2028-12-31",
        }
    )

    name: Line
    provider_id: UUID | None = Field(
        None, description="Its entry in the directory of service providers, which then says the rest."
    )
    licence: Line | None = None
    iris_status: IrisStatus = IrisStatus.NOT_ASSESSED
    valid_to: Date | None = Field(None, description="Last day of the licence.")


class RecruitmentPolicy(In):
    """Who pays for recruitment, and who does it."""

    model_config = examples({"employer_pays": True, "fee_schedule_uri": "https://partners.example/fees"})

    employer_pays: Flag = Field(True, description="Workers pay no recruitment fees or related costs.")
    fee_schedule_uri: Uri | None = None
    recruiters: list[Recruiter] = Field(default_factory=list, max_length=50)


class GrievanceChannel(In):
    """Where a worker can complain, and whether the channel is independent of the employer."""

    model_config = examples(
        {
            "name": "Invented workers' hotline",
            "kind": "HOTLINE",
            "independent": True,
            "contact_url": "https://hotline.example",
            "languages": ["ar", "fr"],
        }
    )

    name: Line
    kind: GrievanceChannelKind
    independent: Flag
    contact_url: Uri
    languages: list[Language] = Field(min_length=1, max_length=30)


class Protection(In):
    """What protects the people who move and work."""

    model_config = examples(
        {
            "contract_template_uri": "https://partners.example/contract",
            "wage_payment_rule": "Monthly, by bank transfer, with a payslip in a language understood.",
            "grievance_channels": GrievanceChannel.model_config["json_schema_extra"]["examples"],  # type: ignore[index]
        }
    )

    contract_template_uri: Uri | None = None
    wage_payment_rule: Paragraph | None = None
    housing_standard: Paragraph | None = None
    occupational_safety_and_health: Paragraph | None = None
    grievance_channels: list[GrievanceChannel] = Field(default_factory=list, max_length=20)
    consular_protection: Paragraph | None = None
    insurance: Paragraph | None = None
    social_security: Paragraph | None = Field(None, description="How the worker is covered, by convention or without.")
    family: Paragraph | None = None
    employer_change_right: Paragraph | None = Field(None, description="How a worker may change employers.")


class SocialSecurity(In):
    """What the two countries' convention on social security gives."""

    model_config = examples(
        {
            "convention_id": "BE-MA-2014",
            "in_force_on": "2022-06-01",
            "branches": ["OLD_AGE", "SURVIVORS", "INVALIDITY", "SICKNESS_MATERNITY", "WORK_INJURY", "FAMILY"],
            "totalisation": True,
            "export": True,
            "detachment_max_months": 24,
            "detachment_extended_max_months": 36,
        }
    )

    convention_id: ExternalId | None = Field(None, description="Key of the convention.")
    in_force_on: Date | None = None
    branches: list[SocialSecurityBranch] = Field(default_factory=list, max_length=7)
    totalisation: Flag | None = Field(None, description="Whether periods of both countries are added up.")
    export: Flag | None = Field(None, description="Whether benefits are paid in the other country.")
    detachment_max_months: Months | None = Field(None, description="Longest secondment, in months.")
    detachment_extended_max_months: Months | None = Field(None, description="Longest with an extension, in months.")


class ReturnReintegration(In):
    """What awaits those who come back."""

    model_config = examples(
        {
            "scheme": "Invented return scheme",
            "services": ["Job search", "Start-up grant"],
            "re_entry_right": "A returnee may take up the same pathway again within three years.",
            "recognised_experience": "Work abroad counts as practice for the master's certificate.",
        }
    )

    scheme: Line | None = None
    services: list[Line] = Field(default_factory=list, max_length=30)
    re_entry_right: Paragraph | None = Field(None, description="The right to come again, and where it is written.")
    recognised_experience: Paragraph | None = None
