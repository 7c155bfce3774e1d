"""A simulated Twilio for one account, on this computer only. No message leaves it."""

from .app import create_app
from .clock import Clock
from .records import Account, Customer, Sender
from .samples import Upload
from .server import serve
from .simulator import SimulatedTwilio

__all__ = ["Account", "Clock", "Customer", "Sender", "SimulatedTwilio", "Upload", "create_app", "serve"]
