"""The Excel add-in on this computer: installed, examined, removed; the computer as facts and acts."""
