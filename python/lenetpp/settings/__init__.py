"""How a network is trained: the settings, their names, and which of them to change."""
