"""The Excel add-in on this computer: installed, examined, removed."""
