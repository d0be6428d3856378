"""The words that every room shares: reasons, verdicts and stages, findings, sets of frames, and how they are put."""
