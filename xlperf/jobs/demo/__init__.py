"""Made-up units in the shape of the published filings, and the demo command over them."""
