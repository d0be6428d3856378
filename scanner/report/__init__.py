"""From a finished scan to what people and programs read. Each format is a pure function of the report."""
