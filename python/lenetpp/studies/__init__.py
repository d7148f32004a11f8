"""Studies: a file of questions, the runs that answer them, statistics over seeds, and a report.

``study_file``   what a file may say, checked
``trainings``    from settings to what is trained
``plan``         questions -> cells x seeds -> trainings
``running``      trains what is missing; ``runs_by_key`` what is there, ``missing_runs`` what is not, ``dispatch`` who
                 does it and tries again, ``worker`` one training, ``worker_processes`` where it is done, ``clusters/``
                 where else, ``landing`` how runs arrive from there, ``display`` how far it is
``measures``     figures of a run
``estimates``    means, intervals, paired differences
``answers``      what the runs say to a question
``study``        all of it, one after the other
``report/``      page, Markdown, tables, pictures
``questions/``   the studies that are part of the package
"""
