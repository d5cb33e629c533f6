"""Pages of disputes: raising one, judging it blind, deciding, and what was decided."""
