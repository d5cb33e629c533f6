"""How the work of reviewing lies on people: what waits for whom, absences, and what is given to another."""
