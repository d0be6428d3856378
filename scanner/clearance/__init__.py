"""From observations and signed paper to findings. Pure but for its readers: no clock, no network, no files."""
