"""Reading a patient's own record of doses from a file. Guesses nothing: what can be read two ways is asked about."""
