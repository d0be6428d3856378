"""The main job: walk, identify, examine, match, judge, tell."""
