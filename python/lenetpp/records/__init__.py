"""Runs on the disk: written, read, found again, compared. Only one process writes a run, all others may read it.

``run_files``, ``record_schema``   what a run's folder holds, read and checked
``run_writer``, ``locks``          the folder while the run is being trained
``recorded_runs``                  a run as its files say, without model and data
``epochs``, ``history``            what was measured in an epoch; those of a run, also as a table
``checkpoints``, ``tensor_files``  where training goes on from
``models``, ``recorded_data``      what a record names, found again
``labels``, ``labelling``          names, tags and notes of runs
``deleting``                       a run's end
``references``                     which run is meant: a name, a folder, its beginning, ``last``, ``best``
``run_index``, ``run_table``       many runs at once
"""
