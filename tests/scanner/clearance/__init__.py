"""The room that judges: paper, policy, coverage and findings."""
