"""The talk itself: small talk, misunderstandings, yes and no, going back and asking back."""
