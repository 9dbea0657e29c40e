"""Who said what to whom, and what the rep tried with it: pure, and shared by the live call and its debrief."""
