"""From an asset to material: facts, tags, frames, stills. `program` is the only place that starts a process."""
