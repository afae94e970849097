"""Records what the IAB's packages write: `python -m tests.consent.judges.record`.

The vectors stand beside the tests so that these run without a network.
"""

import json
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.consent.judges import strings

VECTORS = Path(__file__).parents[1] / "vectors" / "consent_strings.json"
SEED, EACH = 20261122, 80


def record(folder: Path) -> dict[str, Any]:
    """`tcf` and `gpp`: what was said, and the string that says it."""
    dice = random.Random(SEED)
    said = [strings.plain(strings.random_tc_string(dice, most=90)) for _ in range(EACH)]
    sections = [strings.plain(strings.random_sections(dice, most=90)) for _ in range(EACH)]
    sections += [strings.plain(each) for each in strings.each_section(dice)]
    tcf = strings.ask(folder, [("tcf.encode", each) for each in said])
    gpp = strings.ask(folder, [("gpp.encode", each) for each in sections])
    return {
        "by": list(strings.PACKAGES),
        "tcf": [{"said": a, "text": b} for a, b in zip(said, tcf, strict=True)],
        "gpp": [{"sections": a, "text": b} for a, b in zip(sections, gpp, strict=True)],
    }


def main() -> None:
    with TemporaryDirectory() as folder:
        found = record(strings.install(Path(folder)))
    rows = {
        name: [json.dumps(row, separators=(",", ":")) for row in found[name]]
        for name in ("tcf", "gpp")
    }
    parts = [f' "{name}": [\n' + ",\n".join(lines) + "\n ]" for name, lines in rows.items()]
    VECTORS.write_text(f'{{\n "by": {json.dumps(found["by"])},\n' + ",\n".join(parts) + "\n}\n")
    sys.stdout.write(f"{VECTORS}: {len(rows['tcf'])} TC strings, {len(rows['gpp'])} GPP strings\n")


if __name__ == "__main__":
    main()
