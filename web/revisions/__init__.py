"""Pages on which an evaluation is corrected, and on which its earlier revisions are read."""
