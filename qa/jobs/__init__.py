"""Long work: the job table is the truth, a broker carries numbers."""
