"""What one data folder keeps to itself: `secrets.json`, made once, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from services.cli.databases import SERVICES, new_passwords

FILE = "secrets.json"


def load(folder: Path) -> dict[str, Any]:
    """`signing_key` (private JWK, ES256), `cursor_secret`, `likeness_secret`, `clients` and `databases` (secrets by
    name)."""
    content: dict[str, Any] = json.loads((folder / FILE).read_text())
    return content


def load_or_create(folder: Path) -> dict[str, Any]:
    if not (folder / FILE).exists():
        write_private(folder / FILE, new())
    content = load(folder)
    if "likeness_secret" not in content:  # a folder made before it had one of its own
        content["likeness_secret"] = secrets.token_urlsafe(32)
        write_private(folder / FILE, content)
    return content


def write_private(file: Path, content: dict[str, Any]) -> None:
    """Write JSON that no other user can read, whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=2))
    os.replace(draft, file)


def new() -> dict[str, Any]:
    from joserfc.jwk import ECKey  # imported late: only the first start of a folder makes a key

    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return {
        "signing_key": key.as_dict(private=True),
        "cursor_secret": secrets.token_urlsafe(32),
        "likeness_secret": secrets.token_urlsafe(32),
        "clients": {name: secrets.token_urlsafe(32) for name in ("ops", *SERVICES)},
        "databases": new_passwords(),
    }


def as_variables(content: dict[str, Any]) -> dict[str, str]:
    """The same secrets under the names of `deploy/env.example`."""
    variables = {"POSTGRES_PASSWORD": secrets.token_urlsafe(24)}
    for role, password in content["databases"].items():
        variables[f"{role.removeprefix('passerelle_').upper()}_PASSWORD"] = password
    for client, secret in content["clients"].items():
        variables[f"{client.upper()}_CLIENT_SECRET"] = secret
    # Single quotes, since compose would read a `$` or drop the double quotes of the JSON.
    signing_key = f"'{json.dumps(content['signing_key'])}'"
    shared = {name.upper(): content[name] for name in ("cursor_secret", "likeness_secret")}
    return variables | shared | {"SIGNING_KEY": signing_key}


if __name__ == "__main__":  # python -m services.cli.keys >> deploy/.env
    print("\n".join(f"{name}={value}" for name, value in as_variables(new()).items()))
