"""What a measurement was made on, and with."""

import os
from datetime import UTC, datetime
from typing import Any

from lenetpp.basics import surroundings


def circumstances() -> dict[str, Any]:
    """Return date, machine, load, instruction set and versions, as they go into the results."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": surroundings.machine(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "numerics": surroundings.numerics(),
        "software": surroundings.software(),
    }


def circumstances_markdown(facts: dict[str, Any]) -> str:
    """Return them as lines to stand above a table."""
    machine, software, numerics = facts["machine"], facts["software"], facts["numerics"]
    load = "" if facts["load_average"] is None else f", load average before {facts['load_average']:.1f}"
    versions = ", ".join(f"{name} {version}" for name, version in software.items() if name != "system")
    return "\n".join(
        [
            f"- {facts['date']}; {machine['processor']}, {machine['architecture']}, {machine['cores']} cores{load}",
            f"- lenetpp's instruction set {numerics['instruction_set']}, compiled by {numerics['compiler']}",
            f"- {versions}",
            f"- {software['system']}",
        ]
    )
