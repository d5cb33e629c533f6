"""The demo voice: a very small Whisper of our own, from its sentences to its figures."""
