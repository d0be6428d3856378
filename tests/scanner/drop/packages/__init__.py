"""Tests of the packages and manifests of a drop."""
