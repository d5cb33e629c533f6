"""Reports: a content value in the reader's language, then its pages as PDF; pure, without a database."""
