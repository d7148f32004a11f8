"""``lenetpp networks``: the networks that have a name, what they cost and what is known of them."""

import time

import numpy as np
from rich.table import Table

from lenetpp.basics.arrays import shape_text
from lenetpp.basics.language import say
from lenetpp.basics.terminal import Console, Text
from lenetpp.command_line.options import JsonOption
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.networks.named_networks import network
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS

HELP = """List the named networks: from the perceptron to residual networks, and those of the blog.

With parameters, multiply-adds per image, and the time that one image takes on this machine, on one thread.

Example: `lenetpp networks`
"""
SECONDS = 0.02
"""Time to look at each network."""


def networks_command(as_json: JsonOption = False) -> None:
    """List; see HELP."""
    rows = []
    for name, named in NAMED_NETWORKS.items():
        net = network(name)
        summary = net.summary()
        rows.append(
            {
                "name": name,
                "year": named.year,
                "input": shape_text(named.input_shape),
                "classes": named.classes,
                "parameters": summary.parameters,
                "multiply_adds": summary.multiply_adds,
                "microseconds": _microseconds(net),
                "source": named.source,
                "published": named.published,
                "network": str(net),
            }
        )
    if as_json:
        print_json({"networks": rows})
        return
    console = Console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    texts, numbers = (say("name"), say("input")), (say("parameters"), say("multiply-adds"), say("µs an image"))
    for heading in (texts[0], say("year"), texts[1], say("classes"), *numbers):
        table.add_column(heading, justify="left" if heading in texts else "right", no_wrap=True)
    for row in rows:
        cells = (row["name"], row["year"], row["input"], row["classes"])
        counts = (f"{row['parameters']:,}", f"{row['multiply_adds']:,}", f"{row['microseconds']:,.0f}")
        table.add_row(*(Text(str(cell)) for cell in (*cells, *counts)))
    console.print(table)
    console.print()
    print_facts(
        console,
        {
            str(row["name"]): say("{source}. {published}", source=row["source"], published=row["published"])
            if row["published"]
            else row["source"]
            for row in rows
        },
    )


def _microseconds(net: Network) -> float:
    """Return the shortest time in which the network classified one image."""
    net.initialize()
    image = np.zeros((1, *net.input_shape), np.uint8)
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        net.outputs(image)
        times.append(time.perf_counter() - start)
    return 1e6 * min(times)
