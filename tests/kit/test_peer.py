"""Calls to a peer: with a token of the issuer's, wherever that publishes its metadata."""

import httpx
import pytest

from services.kit.errors import Unavailable
from services.kit.http import Peer


def _peer(metadata_path: str, metadata: object) -> Peer:
    def answer(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case path if path == metadata_path:
                return httpx.Response(200, json=metadata)
            case "/token":
                return httpx.Response(200, json={"access_token": "abc", "expires_in": 600})
            case "/v1/things":
                return httpx.Response(200, json=request.headers["Authorization"])
        return httpx.Response(404)

    return Peer("http://peer.test", "http://issuer.test", "me", "secret", httpx.MockTransport(answer))


@pytest.mark.parametrize("path", ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])
async def test_the_token_endpoint_is_found_in_either_metadata_document(path: str) -> None:
    peer = _peer(path, {"token_endpoint": "http://issuer.test/token"})
    answer = await peer.get("/v1/things")
    await peer.close()
    assert answer.json() == "Bearer abc"


@pytest.mark.parametrize("metadata", [{}, [], "nothing"])
async def test_an_issuer_that_answers_something_else_is_one_that_is_away(metadata: object) -> None:
    peer = _peer("/.well-known/oauth-authorization-server", metadata)
    with pytest.raises(Unavailable):
        await peer.get("/v1/things")
    await peer.close()
