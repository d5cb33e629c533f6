"""Teams and users, invitations and sign-in."""
