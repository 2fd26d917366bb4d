"""What a message means: text in, `Understanding` out."""
