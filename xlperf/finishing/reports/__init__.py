"""A filing → the self-evaluation report in Word, written from the figures of its tables."""
