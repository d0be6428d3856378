"""What provscan remembers, in SQLite: the only room that knows there are databases."""

from scanner.catalogue.cache import Catalogue, CatalogueError

__all__ = ["Catalogue", "CatalogueError"]
