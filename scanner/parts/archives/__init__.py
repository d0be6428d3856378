"""What archives hold: their members, each by its name, with its own bytes.

Nothing is ever written under a name that an archive gives; names are told and shown, and that is all.
"""
