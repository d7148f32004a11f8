"""A run in MLflow: settings as parameters, figures of each epoch as metrics, the run's files as artifacts."""

from lenetpp.exporters.figures import end_time, epoch_figures, settings_of, start_time
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import METRICS_NAME, MODEL_NAME, RECORD_NAME

STATUS = {
    "finished": "FINISHED",
    "stopped": "FINISHED",
    "running": "RUNNING",
    "interrupted": "KILLED",
    "unfinished": "KILLED",
}
"""MLflow's words for outcomes; any other one is a failure."""
RUN_TAG = "lenetpp.training.run"
LARGEST_BATCH = 1000
"""Metrics that a server takes at once."""


def export_to_mlflow(run: RecordedRun, tracking_uri: str, experiment: str = "lenetpp") -> str:
    """Log a run to an MLflow server or database.

    Parameters
    ----------
    run : RecordedRun
        As it is on the disk.
    tracking_uri : str
        As MLflow takes it: ``http://host:port`` of a server, or ``sqlite:///mlflow.db``.
    experiment : str
        Name of the experiment; it is created if there is none.

    Returns
    -------
    str
        MLflow's identifier of the new run.

    Raises
    ------
    ImportError
        If MLflow is not installed.
    FileExistsError
        If the run was exported to this experiment before.
    OSError
        If MLflow cannot be reached or refuses; the message is MLflow's.
    """
    try:
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise ImportError(f'this needs MLflow ({error}): pip install "lenetpp[mlflow]"') from error
    name = run.folder.resolve().name
    metrics = [
        Metric(key, value, round(time * 1000), epoch)
        for epoch, time, values in epoch_figures(run)
        for key, value in values.items()
    ]
    commit = run.table("git").get("commit")
    tags = {RUN_TAG: name, "lenetpp.outcome": run.outcome} | ({"mlflow.source.git.commit": commit} if commit else {})
    try:
        client = MlflowClient(tracking_uri=tracking_uri)
        found = client.get_experiment_by_name(experiment)
        identifier = client.create_experiment(experiment) if found is None else found.experiment_id
        before = client.search_runs([identifier], f"tags.`{RUN_TAG}` = '{name}'")
        if before:
            raise FileExistsError(
                f"{name} was exported to the experiment {experiment!r} before, as MLflow's run "
                f"{before[0].info.run_id}; delete that one to do it again"
            )
        logged = client.create_run(identifier, round(start_time(run) * 1000), tags, run_name=name).info.run_id
        client.log_batch(logged, params=[Param(key, str(value)) for key, value in settings_of(run).items()])
        for first in range(0, len(metrics), LARGEST_BATCH):
            client.log_batch(logged, metrics=metrics[first : first + LARGEST_BATCH])
        for file in (RECORD_NAME, METRICS_NAME, MODEL_NAME):
            if (run.folder / file).exists():
                client.log_artifact(logged, str(run.folder / file))
        if run.outcome != "running":
            end = end_time(run)
            client.set_terminated(logged, STATUS.get(run.outcome, "FAILED"), None if end is None else round(end * 1000))
    except MlflowException as error:
        raise OSError(f"MLflow at {tracking_uri}: {error}") from error
    return str(logged)
