"""Paper with holes in it, a case a test: every line covers frames, obliges them, or is told."""
