"""Working days, Vietnamese lunar dates, reporting periods and deadline arithmetic: pure, no clock, no I/O."""
