"""Audio from the PBX's file to the score: found, stored, transcribed, scored. The row is the truth at every step."""
