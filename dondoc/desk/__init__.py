"""What is done at the desk: one function for each thing that happens to an obligation, store and core joined."""
