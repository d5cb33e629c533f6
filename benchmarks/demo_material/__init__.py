"""The demo company's material: calls, chats and the truth about them."""
