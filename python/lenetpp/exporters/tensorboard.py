"""A run as TensorBoard's event file: figures of each epoch, settings as hyperparameters, the record as text."""

from pathlib import Path
from typing import Any

from lenetpp.basics.file_reading import read_text
from lenetpp.exporters.figures import epoch_figures, settings_of, start_time
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import MOST_RECORD_BYTES, RECORD_NAME


def export_to_tensorboard(run: RecordedRun, log_folder: Path) -> Path:
    """Write an event file into a new folder, named as the run, that ``tensorboard --logdir`` shows.

    Parameters
    ----------
    run : RecordedRun
        As it is on the disk.
    log_folder : Path
        Folder of all that TensorBoard shows.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    ImportError
        If TensorBoard is not installed.
    FileExistsError
        If the run was exported to `log_folder` before.
    OSError
        If the file cannot be written.
    """
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.plugins.hparams.summary_v2 import hparams_pb
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise ImportError(f'this needs TensorBoard ({error}): pip install "lenetpp[tensorboard]"') from error
    folder = log_folder / run.folder.resolve().name
    if folder.exists():
        raise FileExistsError(f"{folder} exists: the run was exported before; delete that folder to do it again")
    start = start_time(run)
    writer = EventFileWriter(str(folder))
    try:
        settings = hparams_pb(settings_of(run), trial_id=folder.name, start_time_secs=start)
        writer.add_event(Event(wall_time=start, summary=settings))
        writer.add_event(Event(wall_time=start, summary=_text("record", run.folder / RECORD_NAME)))
        for epoch, time, values in epoch_figures(run):
            scalars = [Summary.Value(tag=name, simple_value=value) for name, value in values.items()]
            writer.add_event(Event(wall_time=time, step=epoch, summary=Summary(value=scalars)))
    finally:
        writer.close()
    return folder


def _text(tag: str, path: Path) -> Any:
    """Return the summary that TensorBoard shows as text, here a file as it is."""
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.types_pb2 import DT_STRING

    # Indented by four, Markdown leaves the lines as they are.
    text = "".join(f"    {line}\n" for line in read_text(path, MOST_RECORD_BYTES).splitlines())
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    tensor = TensorProto(dtype=DT_STRING, string_val=[text.encode()])
    return Summary(value=[Summary.Value(tag=tag, metadata=metadata, tensor=tensor)])
