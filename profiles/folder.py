"""Where copies lie: EXPORTS_DIR, one private folder that web and worker processes share."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings


def folder() -> Path:
    """The folder, made private where it is missing."""
    path = Path(settings.EXPORTS_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def copy_name(request_id: UUID) -> str:
    """The name of a finished copy."""
    return f"{request_id.hex}.zip.box"


def part_name(request_id: UUID, step: int, section: int) -> str:
    """The name of one section, collected and not yet packed."""
    return f"{request_id.hex}.{step:02d}.{section:02d}.part"


def files_of(request_id: UUID, pattern: str = "*") -> Iterator[Path]:
    """Every file made for a request, drafts of a killed worker included."""
    place = folder()
    for prefix in ("", "."):
        yield from place.glob(f"{prefix}{request_id.hex}.{pattern}")


def remove(request_id: UUID, pattern: str = "*") -> int:
    """Delete the files of a request; how many there were."""
    paths = list(files_of(request_id, pattern))
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def owners() -> set[UUID]:
    """The requests that files in the folder belong to; other files are not ours to judge."""
    found = set()
    for path in folder().iterdir():
        name = path.name.removeprefix(".").split(".")[0]
        try:
            found.add(UUID(hex=name))
        except ValueError:
            continue
    return found
