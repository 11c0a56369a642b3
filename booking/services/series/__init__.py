"""Standing hours: looked at whole, booked whole, and lived with date by date."""
