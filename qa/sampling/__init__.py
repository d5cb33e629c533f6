"""Plans, draws and who reviews what."""
