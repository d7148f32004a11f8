"""Commands as one pastes them into a shell, whatever the names in them hold."""

import shlex

from lenetpp.basics.printable import is_printable


def shell_command(*words: str) -> str:
    """Return a command of which a POSIX shell makes exactly these words, and which is safe to show and to paste."""
    return " ".join(map(_quoted, words))


def run_command(*words_and_run: str) -> str:
    """Return the command of lenetpp that does something with a run, whose name or folder is the last of the words."""
    *words, run = words_and_run
    return shell_command("lenetpp", *words, *(["--"] if run.startswith("-") else []), run)


def _quoted(word: str) -> str:
    if is_printable(word) and "\n" not in word:
        return shlex.quote(word)
    # Control characters could leave a terminal's pasting: written as digits, which the shell turns back.
    digits = "".join(f"\\x{byte:02x}" for byte in word.encode(errors="surrogateescape"))
    return f"$'{digits}'"
