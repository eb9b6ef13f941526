"""`zhucun doctor`: looks at everything a deployment rests on and says what is wrong and what to do."""
