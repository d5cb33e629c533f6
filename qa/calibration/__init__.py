"""Learning about the scoring itself: scores made twice, calibration sessions, agreement and severity."""
