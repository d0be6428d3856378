"""What people write by hand (YAML, CSV, workbooks): read as text, every cell with its place, one reader a form."""
