"""What a report says of the trainings behind a figure."""

from lenetpp.studies.report.cell_entries import facts_of

from .handmade_cells import training


def test_length_batches_and_rate_stand_there_also_where_they_are_the_default() -> None:
    usual = training()
    said = str(facts_of(usual)["settings"])
    for words in (
        f"epochs {usual.settings.epochs}",
        f"batch size {usual.settings.batch_size}",
        f"learning rate {usual.settings.learning_rate:g}",
    ):
        assert words in said
