"""``python -m lenetpp`` is the command ``lenetpp``."""

from lenetpp.command_line import main

main()
