"""What goes out with an audit bundle and runs where Taizhang is not."""
