"""Clusters: where the trainings of a study are done, beyond one machine, by existing engines.

``cluster``       an executor, and what a study wants to know of it
``dask_cluster``  Dask's workers, of whatever kind
``mpi_cluster``   the processes of mpiexec
``opening``       from the words of the command line to one of them
``apart``         what a worker does: each training in a process of its own, which can be stopped and may crash
``place``         what that asks of the engine, from within a worker
"""
