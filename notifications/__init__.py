"""Letters: rendered in Vietnamese, sent over SMTP or written to files, and answers read back."""
