"""One asset, opened: as material for detectors, as an extraction, as pictures for evidence."""
