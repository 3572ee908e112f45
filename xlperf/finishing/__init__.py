"""What is handed in at the end: grades of units, the district's roll-up, reports in Word."""
