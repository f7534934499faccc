"""Reading an RxNorm release into staging tables and working out what it says. Stores nothing that lasts."""
