"""What has been computed, kept under fingerprints."""

from palate.store.store import Meta, Store

__all__ = ["Meta", "Store"]
