"""The words of the judgement: reasons, verdicts, findings, and sets of frames."""
