"""Training: from a name to a start, the loop, the run that comes of it, and how it goes on or is done again.

``start``, ``frozen_recipes``             what is trained, and how unless told otherwise
``train``, ``resuming``, ``replaying``    three ways into the ``loop``
``epoch_evaluation``, ``stopping``        what is looked at after an epoch, and when it is enough
``run``, ``run_end``, ``errors``          the ways out of it
``display``, ``progress``                 what is seen meanwhile
"""
