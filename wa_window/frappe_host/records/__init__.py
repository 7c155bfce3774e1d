"""The records that have a chat, who may do what with them, and what is deleted with them."""
