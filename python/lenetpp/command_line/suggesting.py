"""A command that says which option is meant where another library's name of a setting is given."""

from typing import Any

from typer.core import TyperCommand

from lenetpp.basics.wordings import shell_wording, worded
from lenetpp.command_line.option_words import in_options
from lenetpp.settings.names import meant_name

OF_LAYERS = {"activation", "dropout", "filters", "kernel_size", "layers", "padding", "strides"}
"""What other libraries set by name, and a network here by its text."""


class SuggestingCommand(TyperCommand):
    """Like any command, but ``--lr`` is answered with ``--learning-rate``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; an unknown option gets the likeliest one as the only possibility, or the argument."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # The class of this error is not public, and has another home in each version of typer.
            if hasattr(error, "option_name") and hasattr(error, "possibilities"):
                options = {str(each.name): each.opts[0] for each in self.params}
                options |= {option[2:].replace("-", "_"): option for each in self.params for option in each.opts}
                name = str(error.option_name).lstrip("-").replace("-", "_")
                if name in OF_LAYERS and "network" in options:
                    error.message = (  # type: ignore[attr-defined]
                        f"{error.option_name} belongs to a layer, in the text of the network: "
                        "--network '1x28x28 | conv 6x5x5 sigmoid | maxpool 2 | dropout 0.5 | dense 10'"
                    )
                    error.possibilities = []
                elif meant := meant_name(str(error.option_name), options):
                    is_argument = not options[meant].startswith("-")
                    error.possibilities = [] if is_argument else [options[meant]]
                    if is_argument:
                        error.message = (  # type: ignore[attr-defined]
                            f"{error.option_name} is not an option: give its value alone, as the usage above shows"
                        )
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the command; its errors name its options, not the arguments of the library."""
        try:
            return super().invoke(ctx)
        except (ValueError, RuntimeError) as error:
            if shell_wording(error) is None:
                options = {str(each.name): each.opts[0] for each in self.params}
                worded(error, in_shell=in_options(error, options))
            raise
