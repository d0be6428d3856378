"""Where files end by their own account, format by format: what stands behind that is nobody's.

`accounts.py` is the way in. Each walk reads lengths alone; a header that lies about them makes it stop early or late,
and never makes it raise.
"""
