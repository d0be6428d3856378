"""The page: report.html, made of a report and its pictures."""
