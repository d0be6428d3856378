"""How the whole suite runs hypothesis: the same examples each time, and no clock on a machine that others share."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "provscan",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("provscan")
