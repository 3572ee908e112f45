"""What every other package rests on: errors, paths, files, settings, logs, working days."""
