"""Templates that are written here: what is written in one, what Twilio is asked to do with it, and how it is followed until WhatsApp has
decided.

A step is committed before Twilio is called, so that whoever presses it again finds it begun. Where the answer was lost, or the
worker killed, `following.look` asks Twilio what became of it.
"""
