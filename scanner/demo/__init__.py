"""A small real drop, with references and paper, that shows a first user what a scan finds."""
