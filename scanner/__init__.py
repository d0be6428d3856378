"""provscan: checks a media delivery against the paper of its production."""

__version__ = "0.1.0"
