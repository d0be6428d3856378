"""Policies and their overlays: what is needed, and how grave each reason is. Data, read from YAML."""
