"""Pages of supervisors about who reviews what, and the pool that reviewers take from."""
