"""The playground: WA Window on one machine, with a simulated Twilio. Never installed on a bench."""
