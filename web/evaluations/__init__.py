"""The reviewer's desk, evaluations as they are read, and their release."""
