"""The faults are made on the product that the end-to-end tests start."""

from tests.e2e.conftest import trained_models

__all__ = ["trained_models"]
