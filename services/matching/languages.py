"""Which of the languages we have a reader wants (Accept-Language, RFC 9110 §12.5.4)."""

from typing import Annotated

from fastapi import Depends, Header, Response

LANGUAGES = ("en", "fr", "nl", "ar")


def preferred(header: str) -> str:
    """The first of LANGUAGES by the reader's weights; English when none is asked for or readable."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        primary = tag.strip().lower().partition("-")[0]
        if primary in LANGUAGES and weight > 0:
            wishes.append((-weight, place, primary))
    return min(wishes)[2] if wishes else "en"


async def _language(
    response: Response,
    accept_language: Annotated[
        str,
        Header(
            description="Languages of labels, by preference: en, fr, nl, ar.",
            max_length=200,
            pattern=r"^[\x20-\x7e]*$",
            examples=["fr, en;q=0.5"],
        ),
    ] = "en",
) -> str:
    language = preferred(accept_language)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return language


LanguageDep = Annotated[str, Depends(_language)]
