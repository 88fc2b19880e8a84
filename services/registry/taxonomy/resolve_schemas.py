"""What is said when free text is linked to the taxonomy."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.contracts.vocabulary import ConceptKind, Country, LabelKind, LinkStatus
from services.kit.schemas import EscoUri, ExternalId, In, Language, Out, Resource
from services.registry.taxonomy.linking.linker import LEAD, MATCH, UNSURE
from services.registry.taxonomy.schemas import Label, LanguageTag, Uri

MOST_TEXTS = 1000
MOST_CANDIDATES = 10

# Outer spaces may stay: the text is compared, not kept as it is.
FreeText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
    Field(description="A job title or a skill, as somebody wrote it.", examples=["Monteur panneaux (H/F)"]),
]
Score = Annotated[float, Field(ge=0, le=1)]
_SOLAR = "http://data.europa.eu/esco/occupation/53b6a9ed-1d3f-4dc5-a8a4-3d0a1f3f1d2c"
_MAPPING: dict[str, Any] = {"text": "zonnedakwerker", "language": "nl", "kind": "OCCUPATION", "uri": _SOLAR}


class TextIn(In):
    """One text to be linked."""

    text: FreeText
    language: Language | None = Field(None, description="Its language (BCP 47); names in it are preferred.")
    kind: ConceptKind | None = Field(None, description="What is looked for; both, when absent.")
    id: ExternalId | None = Field(None, description="The partner's own key for the text; comes back with the answer.")


class ContextIn(In):
    """Where the texts come from; it decides between concepts that are equally alike."""

    isco08: Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=r"^[0-9]{1,4}$")] | None = Field(
        None, description="ISCO-08 group of one to four digits that the occupations are expected in.", examples=["74"]
    )
    country: Country | None = Field(
        None, description="Names in its languages are preferred for texts that state no language.", examples=["BEL"]
    )


class ResolveIn(In):
    """Texts to be linked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "texts": [
                        {"text": "Monteur panneaux photovoltaïques (H/F)", "language": "fr", "kind": "OCCUPATION"},
                        {"text": "install solar panels", "language": "en", "kind": "SKILL", "id": "S-1"},
                    ],
                    "top_k": 3,
                    "minimum_score": 0.3,
                    "context": {"isco08": "74", "country": "BEL"},
                }
            ]
        }
    )

    texts: list[TextIn] = Field(min_length=1, max_length=MOST_TEXTS)
    top_k: int = Field(5, ge=1, le=MOST_CANDIDATES, description="Most candidates for each text.")
    minimum_score: Score = Field(0.0, description="Candidates below it are left out.")
    context: ContextIn | None = None


class LinkReasonOut(Out):
    """A part of a score: what was alike, and how much of the score it makes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"part": "concept_letters", "value": 0.2213}]})

    part: str = Field(
        max_length=40,
        description="name_letters, name_words: of the label that matched. concept_letters, concept_words: of all names"
        " of the concept. same_name: the text is that label. description: words of the concept's description and group."
        " generality, language, context: which of equals comes first. confirmed_mapping: one's own word.",
    )
    value: Score


class LinkOut(Out):
    """A concept that a text may mean, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uri": _SOLAR,
                    "kind": "OCCUPATION",
                    "label": "technicien en énergie solaire",
                    "language": "fr",
                    "score": 0.57,
                    "matched_label": "électricienne photovoltaïque",
                    "matched_language": "fr",
                    "matched_kind": "ALTERNATIVE",
                    "reason": [{"part": "name_letters", "value": 0.23}, {"part": "concept_letters", "value": 0.34}],
                }
            ]
        }
    )

    uri: Uri
    kind: ConceptKind
    label: Label = Field(description="The name that ESCO prefers in the language of the text, else in English.")
    language: LanguageTag
    score: Score = Field(description="Sum of the parts in `reason`.")
    matched_label: Label
    matched_language: LanguageTag
    matched_kind: LabelKind
    reason: list[LinkReasonOut] = Field(max_length=20)


class ResolvedOut(Out):
    """What a text was linked to."""

    id: str | None = Field(None, max_length=100, exclude_if=lambda value: value is None)
    text: str = Field(max_length=200)
    status: LinkStatus = Field(description="Of the best candidate, also when minimum_score leaves it out.")
    candidates: list[LinkOut] = Field(max_length=MOST_CANDIDATES, description="Best first.")


class ThresholdsOut(Out):
    """By which scores an answer is a MATCH, UNSURE or NONE."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"match": MATCH, "unsure": UNSURE, "lead": LEAD}]})

    match: Score = Field(description="From here on the best candidate is a MATCH, when it leads.")
    unsure: Score = Field(description="From here on a person has to choose; below it the answer is NONE.")
    lead: Score = Field(description="By so much a MATCH is ahead of the second candidate.")


class ResolveOut(Out):
    """Results in the order of the texts."""

    taxonomy_version: str = Field(
        max_length=100, description="The version of ESCO that was in force.", examples=["1.1.1"]
    )
    thresholds: ThresholdsOut
    results: list[ResolvedOut] = Field(max_length=MOST_TEXTS)


class MappingIn(In):
    """What one's own word means."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MAPPING]})

    text: FreeText
    language: Language
    kind: ConceptKind
    uri: EscoUri

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if f"/{self.kind.lower()}/" not in self.uri:
            raise ValueError("the URI is not that of a concept of this kind")
        return self


class MappingOut(Resource):
    """A confirmed mapping."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _MAPPING
                | {
                    "id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a11",
                    "version": 1,
                    "created_at": "2026-11-23T08:30:00Z",
                    "updated_at": "2026-11-23T08:30:00Z",
                    "organisation_id": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a12",
                    "taxonomy_version": "1.1.1",
                }
            ]
        }
    )

    organisation_id: UUID
    text: str = Field(max_length=200)
    language: LanguageTag
    kind: ConceptKind
    uri: Uri
    taxonomy_version: str = Field(max_length=100, description="The version of ESCO in force when it was confirmed.")
