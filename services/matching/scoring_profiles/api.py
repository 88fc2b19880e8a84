"""Published weights over HTTP."""

from services.kit.auth import requires
from services.kit.route import api_router
from services.matching.scoring_profiles.schemas import ScoringProfileOut, ScoringProfilesOut
from services.matching.weights import PUBLISHED

router = api_router("/v1/scoring-profiles", "matches")


@router.get(
    "",
    operation_id="list_scoring_profiles",
    summary="List how scores are weighed",
    response_model=ScoringProfilesOut,
    dependencies=[requires("matches:read")],
)
async def list_scoring_profiles() -> ScoringProfilesOut:
    """Weights by family of occupations, with the rule for skills, thresholds, factors of evidence and similarities: all
    that a score depends on besides its data."""
    return ScoringProfilesOut(items=[ScoringProfileOut.of(profile) for profile in PUBLISHED])
