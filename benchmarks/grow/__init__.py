"""Sample orders for measurements: `python -m benchmarks.grow --orders N`."""

from benchmarks.grow.growth import LiveMerchantError, grow

__all__ = ["LiveMerchantError", "grow"]
