"""``python -m lenetpp`` is the command ``lenetpp``."""

from lenetpp_command import main

if __name__ == "__main__":  # the processes of MPI import it
    main()
