"""What is said about the taxonomy.

The snapshot (`GET /v1/taxonomy/snapshot`) holds the active version for those who compute with it. Compact JSON:

    {
      "version": "1.1.1",
      "skills": [[uri, green (0 or 1), reuse_level or null, English label], …],     sorted by URI
      "skill_groups": [[uri, English label], …],                                    sorted by URI
      "broader": [[skill URI or group URI, broader skill URI or group URI], …],      direct parents only
      "occupations": [[uri, isco08 (4 digits), English label], …],                  sorted by URI
      "essential": [[number of a skill, …], …],      one list an occupation, in the order of `occupations`;
      "optional": [[number of a skill, …], …],       a number counts from 0 in `skills`
      "labels": {"fr": {"skills": [label or null, …], "occupations": [label or null, …]}, "nl": …, "ar": …}
    }

`labels` has the languages that were imported, besides English; its lists run beside `skills` and `occupations`,
with null where a concept has no label in that language. A parent in `broader` is a skill when it stands in
`skills`, else a group. The ETag, `"<version>-<hash of the content>"`, changes when and only when the content does;
it ends in `-gzip` when the answer is compressed, and If-None-Match takes both.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from services.kit.schemas import Out

ReuseLevel = Literal["transversal", "cross-sector", "sector-specific", "occupation-specific"]
SkillType = Literal["skill/competence", "knowledge"]
Uri = Annotated[str, Field(max_length=200, description="ESCO URI.")]
Label = Annotated[str, Field(max_length=500)]
LanguageTag = Annotated[str, Field(max_length=10, description="Language of the label (BCP 47).")]
Description = Annotated[str, Field(max_length=20_000, description="ESCO's own words, in English; may be empty.")]
