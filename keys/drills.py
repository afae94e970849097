"""Where a drill restores the copy to; what a killed drill left behind is destroyed."""

import shutil
from pathlib import Path

from keys import files


def drill_place(directory: Path) -> Path:
    """A folder of its own beside the store."""
    return directory.with_name(f"{directory.name}.drill")


def remove_drill(directory: Path) -> None:
    """Destroys the restored keys; the caller holds the store, so nobody is drilling."""
    place = drill_place(directory)
    if not place.exists():
        return
    for path in place.rglob("*"):
        if path.is_file():
            files.destroy(path)
    shutil.rmtree(place)
