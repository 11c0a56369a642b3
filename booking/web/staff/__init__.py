"""The pages of therapists: their agenda, requests, hours and time off."""
