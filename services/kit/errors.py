"""The exception tree. Each branch is one HTTP status; leaves differ by their stable `code`.

Problem
├── BadRequest 400          ├── Conflict 409 (failed guards)   ├── PreconditionRequired 428
├── Unauthorised 401        ├── Gone 410                       ├── TooManyRequests 429
├── Forbidden 403           ├── PreconditionFailed 412         └── Unavailable 503
├── NotFound 404            ├── TooLarge 413
└── MethodNotAllowed 405    ├── UnsupportedMedia 415
                            └── Unprocessable 422 (field errors)

Nothing here repeats what the client sent: a message names the field, never its value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Problem(Exception):
    """An answer that is not a success, as RFC 9457 problem+json."""

    status = 500
    title = "Internal error"
    code = "internal_error"

    def __init__(
        self, detail: str = "", code: str | None = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or self.code
        self.headers = dict(headers or {})
        self.more = more

    def body(self) -> dict[str, Any]:
        """Members of the problem document; `request_id` is added on the way out."""
        members: dict[str, Any] = {
            "type": f"urn:passerelle:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            members["detail"] = self.detail
        return members | self.more


class BadRequest(Problem):
    status, title, code = 400, "Bad request", "bad_request"


class Unauthorised(Problem):
    status, title, code = 401, "Not authenticated", "unauthorised"

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        super().__init__(detail, code, {"WWW-Authenticate": 'Bearer realm="passerelle"'})


class Forbidden(Problem):
    status, title, code = 403, "Not allowed", "forbidden"


class NotFound(Problem):
    """Missing and foreign look the same, so that nobody can probe for what others have."""

    status, title, code = 404, "Not found", "not_found"


class MethodNotAllowed(Problem):
    status, title, code = 405, "Method not allowed", "method_not_allowed"


@dataclass(frozen=True, slots=True)
class Guard:
    """One condition of a change of state, as checked."""

    code: str
    passed: bool
    seen: str
    needed: str
    remedy: str


class Conflict(Problem):
    status, title, code = 409, "Conflict with the current state", "conflict"

    @classmethod
    def guards(cls, failed: list[Guard]) -> "Conflict":
        """A refused change of state, with every failed guard at once."""
        return cls(
            "The change of state is refused; see guards.",
            "guards_failed",
            guards=[
                {"code": g.code, "seen": g.seen, "needed": g.needed, "remedy": g.remedy} for g in failed if not g.passed
            ],
        )


class Gone(Problem):
    status, title, code = 410, "Gone", "gone"


class PreconditionFailed(Problem):
    status, title, code = 412, "The record has changed", "precondition_failed"


class TooLarge(Problem):
    status, title, code = 413, "Body too large", "body_too_large"


class UnsupportedMedia(Problem):
    status, title, code = 415, "Unsupported media type", "unsupported_media_type"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `pointer` is a JSON pointer (RFC 6901) into the body."""

    pointer: str
    code: str
    message: str


class Unprocessable(Problem):
    status, title, code = 422, "The content is not valid", "invalid_content"

    @classmethod
    def fields(cls, errors: list[FieldError]) -> "Unprocessable":
        """One problem for all wrong fields."""
        return cls(
            f"{len(errors)} field{'s' if len(errors) != 1 else ''} not valid; see errors.",
            errors=[{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors],
        )


class PreconditionRequired(Problem):
    status, title, code = 428, "If-Match is needed", "precondition_required"


class TooManyRequests(Problem):
    status, title, code = 429, "Too many requests", "too_many_requests"


class Unavailable(Problem):
    status, title, code = 503, "Temporarily unavailable", "unavailable"

    def __init__(self, detail: str = "", code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, code, {"Retry-After": str(retry_after)})
