"""How a network is trained: what a setting is, which there are, their names elsewhere, and their words.

``declaration``        what is said of a setting, once
``training_settings``  the settings
``checks``, ``words``  what follows from both
``names``, ``advice``  what a mistyped one is meant to be, and which to try
"""
