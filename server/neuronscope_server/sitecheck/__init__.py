"""A published site looked at from outside: an address in, what its host does well or wrong out."""
