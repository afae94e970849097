"""Names of tiles as files and addresses (C2SP tlog-tiles): `0/x001/x234/067`, `1/000.p/12`."""

import re

from audit.tiles import WIDTH

ENTRIES = "entries"

_PATH = re.compile(r"(\d{1,2})/((?:x\d{3}/){0,5}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def path_of(kind: int | str, number: int, width: int) -> str:
    """The path of a tile of a level, or of a bundle of `entries`; below `tile/`."""
    digits = f"{number:0{-(-len(str(number)) // 3) * 3}d}"
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    beginning = [f"x{group}/" for group in groups[:-1]]
    full = f"{kind}/{''.join(beginning)}{groups[-1]}"
    return full if width == WIDTH else f"{full}.p/{width}"


def parse(path: str) -> tuple[int, int, int] | None:
    """Level, number and width of the tile under a path; None for a path that names none."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, number = int(found[1]), int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3] or WIDTH)
    return (level, number, width) if path == path_of(level, number, width) else None
