"""`python -m scanner` is `provscan`."""

from scanner.cli.main import entry

if __name__ == "__main__":
    entry()
