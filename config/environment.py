"""What the process was told from outside: typed, with a message that says what to do.

Secrets come from the environment or from a file named by `NAME_FILE`; nothing has a
default that would be unsafe in production.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.str("SAYSO_ENV", default="development")
if MODE not in {"development", "production", "test"}:
    raise ImproperlyConfigured(f"SAYSO_ENV is {MODE!r}; set it to development, production or test.")
PRODUCTION = MODE == "production"


def secret(name: str, *, development: str | None = None) -> str:
    """The secret `name`, from the environment or from the file that `name`_FILE names.

    Raises ImproperlyConfigured where neither is set, except in development, where
    `development` (if given) is used instead.
    """
    value = env.str(name, default="")
    path = env.str(f"{name}_FILE", default="")
    if value and path:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set; keep one of them.")
    if path:
        value = read_secret_file(name, Path(path))
    if value:
        return value
    if development is not None and not PRODUCTION:
        return development
    raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")


def read_secret_file(name: str, path: Path) -> str:
    """The stripped text of a secret file; raises ImproperlyConfigured with what to do."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE cannot be read ({error.strerror}); "
            "make the file readable by the user that runs this process."
        ) from error


def directory(name: str, default: Path) -> Path:
    """An absolute directory named in the environment."""
    return Path(env.str(name, default=str(default))).resolve()
