"""The audit log: appended to, chained by hashes, never changed."""

from qa.audit.service import Verification, record, verify

__all__ = ["Verification", "record", "verify"]
