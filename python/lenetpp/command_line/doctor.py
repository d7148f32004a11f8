"""``lenetpp doctor``: what is here and what is missing, and whether every instruction set gives the same bits."""

import typer

from lenetpp import _core
from lenetpp.basics import surroundings
from lenetpp.basics.extras import PURPOSES, missing_packages
from lenetpp.basics.language import listed, say
from lenetpp.basics.terminal import Console
from lenetpp.command_line.options import JsonOption
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.data import available_data
from lenetpp.training.self_check import digests_by_instruction_set

HELP = """Check this installation: versions, missing extras, and whether every instruction set gives the same bits.

The exit code is 1 if one of them gives other bits.

Example: `lenetpp doctor`
"""


def doctor_command(as_json: JsonOption = False) -> None:
    """Examine; see HELP."""
    software, numerics, machine = surroundings.software(), surroundings.numerics(), surroundings.machine()
    data = available_data()
    missing = {extra: missing_packages(extra) for extra in PURPOSES}
    digests = digests_by_instruction_set()
    same_bits = len(set(digests.values())) == 1
    if as_json:
        print_json(
            {
                "software": software,
                "numerics": {**numerics, "available_instruction_sets": _core.available_instruction_sets()},
                "machine": machine,
                "data": {item.name: None if item.location is None else str(item.location) for item in data},
                "missing": missing,
                "self_check": {"same_bits": same_bits, "digests": digests},
            }
        )
    else:
        console = Console()
        print_facts(
            console,
            {
                "lenetpp": say(
                    "{version}, numerics {numerics} ({kind})",
                    version=software["lenetpp"],
                    numerics=numerics["version"],
                    kind=numerics["class"],
                ),
                say("instructions"): say(
                    "{used}, of {available}",
                    used=numerics["instruction_set"],
                    available=listed(_core.available_instruction_sets()),
                ),
                say("compiler"): numerics["compiler"],
                say("processor"): say(
                    "{processor}, {cores} cores for this process",
                    processor=machine["processor"],
                    cores=machine["cores"],
                ),
                "Python": f"{software['python']}, NumPy {software['numpy']}",
                say("system"): software["system"],
                **{
                    say("data {name}", name=item.name): item.location or say("not here; fetched when asked for")
                    for item in data
                },
            },
        )
        console.print()
        console.print(say("what needs more than a plain installation"))
        print_facts(
            console,
            {
                say("  {words}", words=purpose): _how_to_get(extra, missing[extra])
                for extra, purpose in PURPOSES.items()
            },
        )
        console.print()
        console.print(say("self-check: digest of a short training"))
        print_facts(console, {f"  {name}": digest for name, digest in digests.items()})
        console.print(say("the same bits") if same_bits else say("NOT THE SAME BITS: please report this"))
    if not same_bits:
        raise typer.Exit(1)


def _how_to_get(extra: str, missing: list[str]) -> str:
    if not missing:
        return say("ready")
    return say('lacks {packages}: pip install "lenetpp[{extra}]"', packages=listed(missing), extra=extra)
