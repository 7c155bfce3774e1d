"""The tables of chats and the columns that the store reads."""

from dataclasses import fields

from ...chat.message import Conversation, Message, OptOut

CONVERSATION = "Chat Conversation"
MESSAGE = "Chat Message"
MEDIA = "Chat Message Media"
CHAT_RECORD = "Chat Record"
RECORD_CONVERSION = "Record Conversion"
QUICK_REPLY = "Chat Quick Reply"
ERASED = "Erased Message"
OPT_OUT = "Erased Opt Out"
BATCH = "Template Batch"
BATCH_ROW = "Template Batch Row"

CONVERSATION_FIELDS = [field.name for field in fields(Conversation)]
MESSAGE_FIELDS = [field.name for field in fields(Message) if field.name not in ("media", "raw")]
OPT_OUT_FIELDS = [field.name for field in fields(OptOut)]
MEDIA_FIELDS = ["name", "type", "size", "file", "state", "filename", "url", "attempts", "next_attempt_at_ms"]
