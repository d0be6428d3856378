"""The judgement, one file a rule; `judge` is its page of contents."""
