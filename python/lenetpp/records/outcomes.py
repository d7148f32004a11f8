"""What the outcomes of runs are called where people read of them; records have the words themselves."""

from lenetpp.basics.language import say

OUTCOMES = {
    "finished": say("finished"), "stopped": say("stopped"), "interrupted": say("interrupted"),
    "diverged": say("diverged"), "failed": say("failed"), "running": say("running"), "unfinished": say("unfinished"),
    "unreadable": say("unreadable"),
}  # fmt: skip


def outcome_in_words(outcome: str) -> str:
    """Return what an outcome is called in a text."""
    return OUTCOMES.get(outcome, outcome)
